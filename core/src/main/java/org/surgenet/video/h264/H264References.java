package org.surgenet.video.h264;

import static org.bytedeco.ffmpeg.global.avcodec.AV_CODEC_ID_H264;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.ffmpeg.avcodec.AVCodecParameters;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.javacpp.BytePointer;
import org.surgenet.video.codec.NalStream;
import org.surgenet.video.codec.NalUnit;
import org.surgenet.video.codec.UnclearStreamException;
import org.surgenet.video.ffmpeg.Ffmpeg;

/**
 * Which reference pictures of an H.264 group of pictures (GOP) the wanted ones depend on. Many
 * encoders, the fast settings of x264 among them, let B-pictures refer to other B-pictures that no
 * later picture refers to; a decoder that knows of nal_ref_idc alone has to decode them all.
 *
 * <p>The slice headers name each picture's references. A picture that no wanted one depends on,
 * over all steps, is given to the decoder as its headers alone: it takes its place in the decoded
 * picture buffer, so that all reference picture lists stay as they are, and is never looked at. See
 * {@link EmptySlice} for what stands in place of the macroblocks.
 */
public final class H264References {
    private final SliceSyntax parameters;
    private final int lengthBytes;

    private H264References(SliceSyntax parameters, int lengthBytes) {
        this.parameters = parameters;
        this.lengthBytes = lengthBytes;
    }

    /** For a video's stream; null if it is of another codec or its parameters are not clear. */
    public static H264References of(AVCodecParameters codec) {
        if (codec.codec_id() != AV_CODEC_ID_H264) {
            return null;
        }
        return of(ByteBuffer.wrap(Ffmpeg.head(codec)));
    }

    /**
     * @param extra the stream's parameters, as an {@code avcC} record or with start codes
     */
    static H264References of(ByteBuffer extra) {
        try {
            NalStream stream = NalStream.h264(extra);
            SliceSyntax parameters = new SliceSyntax();
            for (ByteBuffer unit : stream.parameters()) {
                int length = unit.limit();
                parameters.learn(unit, new NalUnit(0, length, 3, unit.get(0) & 0x1f));
            }
            return new H264References(parameters, stream.lengthBytes());
        } catch (UnclearStreamException | IndexOutOfBoundsException e) {
            return null;
        }
    }

    /**
     * Finds what need not be decoded.
     *
     * @param packets a group of pictures in decoding order, from its IDR picture on
     * @param wanted positions in it of the wanted pictures
     * @return by position, what to give to the decoder in place of the packets of reference
     *     pictures that no wanted one depends on; empty if nothing is certain
     */
    public Map<Integer, byte[]> headersOnly(List<AVPacket> packets, BitSet wanted) {
        List<ByteBuffer> data = new ArrayList<>(packets.size());
        for (AVPacket packet : packets) {
            data.add(new BytePointer(packet.data()).capacity(packet.size()).asByteBuffer());
        }
        return headersOf(data, wanted);
    }

    /** As {@link #headersOnly}, for the packets' bytes. */
    Map<Integer, byte[]> headersOf(List<ByteBuffer> packets, BitSet wanted) {
        try {
            Group group = new Group();
            for (ByteBuffer packet : packets) {
                group.add(packet);
            }
            return group.headersWithout(wanted);
        } catch (UnclearStreamException | IndexOutOfBoundsException e) {
            return Map.of();
        }
    }

    /** The pictures of a group, packet after packet. */
    private final class Group {
        private final SliceSyntax syntax = new SliceSyntax(parameters);
        private final List<DecodedPictureBuffer.Picture> pictures = new ArrayList<>();
        private final Map<Integer, byte[]> heads = new HashMap<>();
        private final DecodedPictureBuffer dpb = new DecodedPictureBuffer();

        void add(ByteBuffer data) throws UnclearStreamException {
            List<NalUnit> units = NalUnit.split(data, lengthBytes);
            NalUnit first = null;
            SliceHeader head = null;
            DecodedPictureBuffer.Picture picture = null;
            for (NalUnit unit : units) {
                if (unit.isPartition()) {
                    throw new UnclearStreamException("partitions");
                }
                if (!unit.isSlice()) {
                    syntax.learn(data, unit);
                    continue;
                }
                SliceHeader slice = syntax.slice(data, unit);
                if (head == null) {
                    first = unit;
                    head = slice;
                    picture = dpb.begin(pictures.size(), unit, slice);
                } else if (slice.firstMb() == 0
                        || slice.frameNum() != head.frameNum()
                        || slice.pocLsb() != head.pocLsb()
                        || unit.nalRefIdc() != first.nalRefIdc()
                        || unit.type() != first.type()) {
                    throw new UnclearStreamException("two pictures in a packet");
                }
                dpb.look(picture, slice);
            }
            pictures.add(picture);
            if (head == null) {
                return;
            }
            if (first.nalRefIdc() > 0) {
                dpb.mark(picture, head);
                heads.put(picture.position, headers(data, units, first, head));
            }
        }

        /** A packet without its picture: all but the slices, and the first slice's header. */
        private byte[] headers(
                ByteBuffer data, List<NalUnit> units, NalUnit first, SliceHeader head)
                throws UnclearStreamException {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            for (NalUnit unit : units) {
                if (unit.isSlice() && unit != first) {
                    continue;
                }
                byte[] unitBytes = new byte[unit.end() - unit.offset()];
                if (unit == first) {
                    unitBytes = EmptySlice.of(data, unit, head);
                } else {
                    data.get(unit.offset(), unitBytes);
                }
                if (lengthBytes == 0) {
                    bytes.writeBytes(new byte[] {0, 0, 0, 1});
                }
                for (int i = lengthBytes - 1; i >= 0; i--) {
                    bytes.write(unitBytes.length >> 8 * i);
                }
                bytes.writeBytes(unitBytes);
            }
            return bytes.toByteArray();
        }

        Map<Integer, byte[]> headersWithout(BitSet wanted) {
            BitSet needed = new BitSet();
            Deque<Integer> open = new ArrayDeque<>();
            wanted.stream().forEach(open::add);
            while (!open.isEmpty()) {
                int position = open.pop();
                if (!needed.get(position)) {
                    needed.set(position);
                    DecodedPictureBuffer.Picture picture = pictures.get(position);
                    if (picture != null) {
                        picture.references.stream().forEach(open::push);
                    }
                }
            }
            heads.keySet().removeIf(needed::get);
            return heads;
        }
    }
}
