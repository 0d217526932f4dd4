package org.surgenet.train;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Iterator;
import java.util.Map;
import java.util.zip.CRC32C;
import org.surgenet.common.Informing;

/**
 * An event file that TensorBoard reads: the numbers of the training log as scalars.
 *
 * <p>The file is a sequence of TFRecords (length, masked CRC-32C of it, data, masked CRC-32C of
 * that; little-endian), each a protocol buffer {@code Event} of {@code event.proto} with a {@code
 * Summary} of simple values. The few fields are encoded here, without TensorFlow. A run keeps one
 * file under one name, so that resuming can cut it back to the checkpoint and no step stands in it
 * twice.
 */
public final class EventLog implements AutoCloseable {
    /** The file's name in a run's directory; TensorBoard looks for {@code tfevents} in it. */
    public static final String FILE_NAME = "events.out.tfevents.0000000000.surgenet";

    private static final int CRC_MASK = 0xa282ead8;

    // Tags of the fields: number · 8 + wire type (0 varint, 1 eight bytes, 2 bytes, 5 four bytes).
    private static final int EVENT_WALL_TIME = 1 << 3 | 1;
    private static final int EVENT_STEP = 2 << 3;
    private static final int EVENT_FILE_VERSION = 3 << 3 | 2;
    private static final int EVENT_SUMMARY = 5 << 3 | 2;
    private static final int SUMMARY_VALUE = 1 << 3 | 2;
    private static final int VALUE_TAG = 1 << 3 | 2;
    private static final int VALUE_SIMPLE = 2 << 3 | 5;

    private final Clock clock;
    private final Informing events = new Informing(FILE_NAME);

    /** Null for a log that forgets, or where the file cannot be opened. */
    private GrowingFile file;

    /** Bytes up to the end of the last whole record. */
    private long length;

    private EventLog(Clock clock, long length) {
        this.clock = clock;
        this.length = length;
    }

    /**
     * Opens an event file, making it if absent. Where that fails, now or later, the log goes on as
     * one that forgets, with one warning: a run is worth more than its events.
     *
     * @param keep bytes to keep of what is there, as {@link #length} told when the checkpoint was
     *     saved; 0 starts anew
     * @param clock gives each event its time of day
     */
    public static EventLog open(Path file, long keep, Clock clock) {
        EventLog log = new EventLog(clock, keep);
        log.events.run(() -> log.file = GrowingFile.open(file, keep));
        if (keep == 0) {
            Message event = log.event();
            event.bytes(EVENT_FILE_VERSION, "brain.Event:2".getBytes(StandardCharsets.UTF_8));
            log.write(event);
        }
        return log;
    }

    /** A log that forgets: for the processes of a run that do not write. */
    public static EventLog none() {
        return new EventLog(Clock.systemUTC(), 0);
    }

    /**
     * Appends the finite numbers of a line of the training log.
     *
     * @param group what the tags begin with, before a slash
     * @param step position on TensorBoard's horizontal axis
     */
    public void append(String group, long step, ObjectNode line) {
        if (file == null) {
            return;
        }
        Message summary = new Message();
        for (Iterator<Map.Entry<String, JsonNode>> f = line.fields(); f.hasNext(); ) {
            Map.Entry<String, JsonNode> field = f.next();
            if (field.getValue().isNumber() && Double.isFinite(field.getValue().asDouble())) {
                Message value = new Message();
                value.bytes(
                        VALUE_TAG, (group + "/" + field.getKey()).getBytes(StandardCharsets.UTF_8));
                value.number(VALUE_SIMPLE, (float) field.getValue().asDouble());
                summary.bytes(SUMMARY_VALUE, value.content());
            }
        }
        Message event = event();
        event.varint(EVENT_STEP);
        event.varint(step);
        event.bytes(EVENT_SUMMARY, summary.content());
        write(event);
    }

    private Message event() {
        Message event = new Message();
        event.number(EVENT_WALL_TIME, clock.millis() / 1e3);
        return event;
    }

    private void write(Message event) {
        if (file == null) {
            return;
        }
        byte[] data = event.content();
        ByteBuffer record =
                ByteBuffer.allocate(Long.BYTES + data.length + 2 * Integer.BYTES)
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .putLong(data.length);
        record.putInt(maskedCrc(record.array(), Long.BYTES)).put(data);
        record.putInt(maskedCrc(data, data.length));
        record.flip();
        events.run(
                () -> {
                    int bytes = record.remaining();
                    file.append(record);
                    length += bytes;
                });
    }

    /** As TFRecords have it, so that the sum of data that contain their own sum is not 0. */
    static int maskedCrc(byte[] data, int length) {
        CRC32C crc = new CRC32C();
        crc.update(data, 0, length);
        return Integer.rotateRight((int) crc.getValue(), 15) + CRC_MASK;
    }

    /** Bytes so far, forced to the disk: what a checkpoint records. */
    public long length() {
        if (file != null) {
            events.run(() -> file.length());
        }
        return length;
    }

    @Override
    public void close() {
        if (file != null) {
            events.run(() -> file.close());
        }
    }

    /** A protocol buffer in the making. */
    private static final class Message {
        private final ByteArrayOutputStream out = new ByteArrayOutputStream();

        void varint(long value) {
            long rest = value;
            while ((rest & ~0x7fL) != 0) {
                out.write((int) (rest & 0x7f | 0x80));
                rest >>>= 7;
            }
            out.write((int) rest);
        }

        void number(int tag, double value) {
            varint(tag);
            little(
                    ByteBuffer.allocate(Double.BYTES)
                            .order(ByteOrder.LITTLE_ENDIAN)
                            .putDouble(value));
        }

        void number(int tag, float value) {
            varint(tag);
            little(ByteBuffer.allocate(Float.BYTES).order(ByteOrder.LITTLE_ENDIAN).putFloat(value));
        }

        private void little(ByteBuffer bytes) {
            out.writeBytes(bytes.array());
        }

        void bytes(int tag, byte[] content) {
            varint(tag);
            varint(content.length);
            out.writeBytes(content);
        }

        byte[] content() {
            return out.toByteArray();
        }
    }
}
