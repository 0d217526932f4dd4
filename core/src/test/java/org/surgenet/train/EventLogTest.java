package org.surgenet.train;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.surgenet.common.Json;

class EventLogTest {
    private static final Clock CLOCK =
            Clock.fixed(Instant.ofEpochMilli(1_700_000_000_500L), ZoneOffset.UTC);

    @TempDir Path folder;

    /** The events' data, each record's sums checked. */
    private static List<byte[]> events(Path file) throws Exception {
        ByteBuffer all = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
        List<byte[]> events = new ArrayList<>();
        while (all.hasRemaining()) {
            byte[] length = new byte[8];
            all.get(all.position(), length);
            byte[] data = new byte[(int) all.getLong()];
            assertThat(all.getInt()).isEqualTo(EventLog.maskedCrc(length, 8));
            all.get(data);
            assertThat(all.getInt()).isEqualTo(EventLog.maskedCrc(data, data.length));
            events.add(data);
        }
        return events;
    }

    private static ObjectNode line(double loss) {
        return Json.object().put("loss", loss).put("note", "text").put("bad", Double.NaN);
    }

    /** The check value of CRC-32C for "123456789" is E3069283 (RFC 3720's polynomial). */
    @Test
    void sumsAreMaskedAsInTfRecords() {
        byte[] digits = "123456789".getBytes(StandardCharsets.US_ASCII);
        int crc = 0xE3069283;

        assertThat(EventLog.maskedCrc(digits, 9)).isEqualTo((crc >>> 15 | crc << 17) + 0xa282ead8);
    }

    /** The bytes follow event.proto and summary.proto by hand. */
    @Test
    void anEventHoldsTheFiniteNumbers() throws Exception {
        Path file = folder.resolve(EventLog.FILE_NAME);
        try (EventLog log = EventLog.open(file, 0, CLOCK)) {
            log.append("step", 300, line(0.5));
        }

        List<byte[]> events = events(file);

        assertThat(events).hasSize(2);
        // 1700000000.5 as a little-endian double.
        String seconds =
                HexFormat.of()
                        .formatHex(
                                ByteBuffer.allocate(8)
                                        .order(ByteOrder.LITTLE_ENDIAN)
                                        .putDouble(1_700_000_000.5)
                                        .array());
        assertThat(HexFormat.of().formatHex(events.get(0)))
                .isEqualTo("09" + seconds + "1a0d" + hex("brain.Event:2"));
        assertThat(HexFormat.of().formatHex(events.get(1)))
                .isEqualTo(
                        "09"
                                + seconds
                                + "10ac02"
                                + "2a12"
                                + "0a10"
                                + "0a09"
                                + hex("step/loss")
                                + "150000003f");
    }

    private static String hex(String text) {
        return HexFormat.of().formatHex(text.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void aFileThatCannotBeWrittenIsGoneWithout() throws Exception {
        Path file = Files.createDirectory(folder.resolve(EventLog.FILE_NAME));

        try (EventLog log = EventLog.open(file, 0, CLOCK)) {
            log.append("step", 300, line(0.5));
            assertThat(log.length()).isZero();
        }
        // What was there belongs to the run, should the file come back.
        try (EventLog log = EventLog.open(file, 123, CLOCK)) {
            assertThat(log.length()).isEqualTo(123);
        }
    }

    @Test
    void aResumedLogForgetsWhatCameAfterItsCheckpoint() throws Exception {
        Path whole = folder.resolve("whole");
        try (EventLog log = EventLog.open(whole, 0, CLOCK)) {
            log.append("step", 0, line(3));
            log.append("step", 1, line(2));
        }
        Path resumed = folder.resolve("resumed");
        long saved;
        try (EventLog log = EventLog.open(resumed, 0, CLOCK)) {
            log.append("step", 0, line(3));
            saved = log.length();
            log.append("step", 1, line(9));
            log.append("step", 2, line(9));
        }
        try (EventLog log = EventLog.open(resumed, saved, CLOCK)) {
            log.append("step", 1, line(2));
        }

        assertThat(resumed).hasSameBinaryContentAs(whole);
    }
}
