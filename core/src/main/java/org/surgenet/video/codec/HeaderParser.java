package org.surgenet.video.codec;

import static org.bytedeco.ffmpeg.global.avcodec.AV_PKT_DATA_NEW_EXTRADATA;
import static org.bytedeco.ffmpeg.global.avcodec.AV_PKT_DATA_PALETTE;
import static org.bytedeco.ffmpeg.global.avcodec.AV_PKT_DATA_PARAM_CHANGE;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.javacpp.BytePointer;

/**
 * Reads the headers of one codec. Inside, what is wrong with them is an exception, as parsers have
 * it; what comes out is a result.
 */
abstract class HeaderParser implements GroupStarts {
    @Override
    public final PacketHeaders look(AVPacket packet) {
        try {
            return kind(packet);
        } catch (UnclearStreamException e) {
            return new Unclear(e.getMessage());
        } catch (IndexOutOfBoundsException e) {
            return new Unclear("a header that is cut off");
        }
    }

    /** As {@link #parse}, also for what comes beside the packet's bytes. */
    PacketKind kind(AVPacket packet) throws UnclearStreamException {
        for (int i = 0; i < packet.side_data_elems(); i++) {
            switch (packet.side_data().getPointer(i).type()) {
                case AV_PKT_DATA_NEW_EXTRADATA, AV_PKT_DATA_PARAM_CHANGE ->
                        throw new UnclearStreamException("the codec's settings change on the way");
                case AV_PKT_DATA_PALETTE ->
                        throw new UnclearStreamException("a palette that lies outside the frames");
                default -> {}
            }
        }
        if (packet.size() <= 0) {
            throw new UnclearStreamException("an empty packet");
        }
        BytePointer data = new BytePointer(packet.data()).capacity(packet.size());
        return parse(data.asByteBuffer().order(ByteOrder.BIG_ENDIAN));
    }

    /**
     * Reads the next packet's headers; to be called for each, in the stream's order.
     *
     * @throws UnclearStreamException if the stream cannot be decoded in groups, from which packet
     *     on does not matter
     * @throws IndexOutOfBoundsException if a header is cut off
     */
    abstract PacketKind parse(ByteBuffer data) throws UnclearStreamException;
}
