package org.surgenet.video;

import static org.bytedeco.ffmpeg.global.avcodec.AV_CODEC_ID_H264;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.ffmpeg.avcodec.AVCodecParameters;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.javacpp.BytePointer;

/**
 * Which reference pictures of an H.264 group of pictures the wanted ones are made of. Many
 * encoders, the fast settings of x264 among them, let B-pictures refer to other B-pictures that
 * nothing after them looks at again; a decoder that is told no more than "a reference" has to make
 * them all.
 *
 * <p>The headers of the slices name each picture's references (ITU-T H.264, 8.2.4), and the marking
 * of references (8.2.5) tells which pictures are there to be named. A picture that no wanted one is
 * made of, over all steps, is given to the decoder as its headers alone: it takes its place among
 * the references, so that all lists stay as they are, and is never looked at.
 */
final class H264References {
    /** What is kept behind the headers, for those parts of them that are not read here. */
    private static final int MARGIN = 16;

    private final H264Syntax parameters;
    private final int lengthBytes;

    private H264References(H264Syntax parameters, int lengthBytes) {
        this.parameters = parameters;
        this.lengthBytes = lengthBytes;
    }

    /** For a video's stream; null if it is of another codec or its parameters are not clear. */
    static H264References of(AVCodecParameters codec) {
        if (codec.codec_id() != AV_CODEC_ID_H264) {
            return null;
        }
        byte[] extra = new byte[codec.extradata() == null ? 0 : codec.extradata_size()];
        if (extra.length > 0) {
            codec.extradata().get(extra);
        }
        return of(ByteBuffer.wrap(extra));
    }

    /**
     * @param extra the stream's parameters, as an {@code avcC} record or with start codes
     */
    static H264References of(ByteBuffer extra) {
        try {
            H264Syntax parameters = new H264Syntax();
            boolean record = extra.limit() > 6 && extra.get(0) == 1;
            if (!record) {
                for (H264Syntax.Nal nal : H264Syntax.split(extra, 0)) {
                    parameters.learn(extra, nal);
                }
                return new H264References(parameters, 0);
            }
            int at = 6;
            int count = extra.get(5) & 0x1f;
            for (int kind = 0; kind < 2; kind++) {
                for (int i = 0; i < count; i++) {
                    int length = extra.getShort(at) & 0xffff;
                    ByteBuffer unit = extra.slice(at + 2, length);
                    parameters.learn(unit, new H264Syntax.Nal(0, length, 3, unit.get(0) & 0x1f));
                    at += 2 + length;
                }
                if (kind == 0) {
                    count = extra.get(at++) & 0xff;
                }
            }
            return new H264References(parameters, (extra.get(4) & 3) + 1);
        } catch (UnclearStreamException | IndexOutOfBoundsException e) {
            return null;
        }
    }

    /** A picture in its packet. */
    private static final class Picture {
        final int frameNum;
        final int order;

        /** Positions in the group of all that the picture may look at. */
        final BitSet sources = new BitSet();

        final int position;

        Picture(int position, int frameNum, int order) {
            this.position = position;
            this.frameNum = frameNum;
            this.order = order;
        }
    }

    /**
     * Finds what need not be decoded.
     *
     * @param packets a group of pictures in the order of decoding, from its key frame on
     * @param wanted positions in it of the wanted pictures
     * @return by position, what to give to the decoder in place of the packets of reference
     *     pictures that no wanted one is made of; empty if nothing is certain
     */
    Map<Integer, byte[]> headersOnly(List<AVPacket> packets, BitSet wanted) {
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

    /** The state of a decoder, as far as references go, from a group's beginning on. */
    private final class Group {
        private final H264Syntax syntax = new H264Syntax(parameters);
        private final List<Picture> pictures = new ArrayList<>();
        private final Map<Integer, byte[]> heads = new HashMap<>();
        private List<Picture> references = new ArrayList<>();
        private int referenceFrameNum;
        private int referenceOrder;
        private int referenceOrderHigh;
        private int lastFrameNum;
        private int frameNumCycles;
        private boolean begun;

        void add(ByteBuffer data) throws UnclearStreamException {
            List<H264Syntax.Nal> units = H264Syntax.split(data, lengthBytes);
            H264Syntax.Nal first = null;
            H264Syntax.Slice head = null;
            Picture picture = null;
            for (H264Syntax.Nal unit : units) {
                if (unit.partition()) {
                    throw new UnclearStreamException("partitions");
                }
                if (!unit.slice()) {
                    syntax.learn(data, unit);
                    continue;
                }
                H264Syntax.Slice slice = syntax.slice(data, unit);
                if (head == null) {
                    first = unit;
                    head = slice;
                    picture = begin(unit, slice);
                } else if (slice.firstBlock() == 0
                        || slice.frameNum() != head.frameNum()
                        || slice.order() != head.order()
                        || unit.importance() != first.importance()
                        || unit.type() != first.type()) {
                    throw new UnclearStreamException("two pictures in a packet");
                }
                for (int list = 0; list < 2; list++) {
                    if (slice.active()[list] > 0) {
                        look(picture, slice, list);
                    }
                }
            }
            pictures.add(picture);
            if (head == null) {
                return;
            }
            if (first.importance() > 0) {
                mark(picture, head);
                heads.put(picture.position, headers(data, units, first, head));
            }
        }

        private Picture begin(H264Syntax.Nal unit, H264Syntax.Slice head)
                throws UnclearStreamException {
            if (head.firstBlock() != 0) {
                throw new UnclearStreamException("a first slice that is not the first");
            }
            boolean idr = unit.type() == H264Syntax.IDR_SLICE;
            if (idr) {
                references = new ArrayList<>();
                referenceFrameNum = 0;
                referenceOrder = 0;
                referenceOrderHigh = 0;
                lastFrameNum = 0;
                frameNumCycles = 0;
                begun = true;
            } else {
                int next = referenceFrameNum + 1 & (1 << head.sps().frameNumBits()) - 1;
                if (!begun || head.frameNum() != next) {
                    throw new UnclearStreamException("a picture is missing");
                }
            }
            return new Picture(pictures.size(), head.frameNum(), order(unit, head));
        }

        /** The picture's place in the order of showing (8.2.1). */
        private int order(H264Syntax.Nal unit, H264Syntax.Slice head) {
            if (head.sps().orderType() == 2) {
                if (head.frameNum() < lastFrameNum) {
                    frameNumCycles++;
                }
                lastFrameNum = head.frameNum();
                int number = (frameNumCycles << head.sps().frameNumBits()) + head.frameNum();
                return 2 * number - (unit.importance() == 0 ? 1 : 0);
            }
            int size = 1 << head.sps().orderBits();
            int high = referenceOrderHigh;
            if (head.order() < referenceOrder && referenceOrder - head.order() >= size / 2) {
                high += size;
            } else if (head.order() > referenceOrder && head.order() - referenceOrder > size / 2) {
                high -= size;
            }
            if (unit.importance() > 0) {
                referenceOrder = head.order();
                referenceOrderHigh = high;
            }
            return high + head.order() + Math.min(0, head.bottomOrder());
        }

        /** Notes what a slice's list of references holds (8.2.4). */
        private void look(Picture picture, H264Syntax.Slice slice, int list)
                throws UnclearStreamException {
            List<Picture> named =
                    slice.type() == H264Syntax.P ? byAge(slice) : byOrder(picture, list);
            int active = slice.active()[list];
            named = new ArrayList<>(named.subList(0, Math.min(active, named.size())));
            int mask = (1 << slice.sps().frameNumBits()) - 1;
            int number = slice.frameNum();
            int place = 0;
            for (H264Syntax.Change change : slice.changes().get(list)) {
                number += change.kind() == 0 ? -change.distance() : change.distance();
                number &= mask;
                Picture moved = reference(number);
                named.add(place++, moved);
                for (int i = named.size() - 1; i >= place; i--) {
                    if (named.get(i) == moved) {
                        named.remove(i);
                    }
                }
            }
            for (Picture source : named.subList(0, Math.min(active, named.size()))) {
                picture.sources.set(source.position);
            }
        }

        private Picture reference(int frameNum) throws UnclearStreamException {
            for (Picture picture : references) {
                if (picture.frameNum == frameNum) {
                    return picture;
                }
            }
            throw new UnclearStreamException("a reference that is not there");
        }

        /** The references of a P-picture, the latest first. */
        private List<Picture> byAge(H264Syntax.Slice slice) {
            List<Picture> list = new ArrayList<>(references);
            list.sort(Comparator.comparingInt(p -> -unwrapped(p, slice)));
            return list;
        }

        /** Frame numbers go round; those beyond the current one are from the round before. */
        private static int unwrapped(Picture picture, H264Syntax.Slice current) {
            return picture.frameNum > current.frameNum()
                    ? picture.frameNum - (1 << current.sps().frameNumBits())
                    : picture.frameNum;
        }

        /**
         * The references of a B-picture: first those on the list's side of it, the nearest first.
         */
        private List<Picture> byOrder(Picture current, int list) {
            List<Picture> before = new ArrayList<>();
            List<Picture> after = new ArrayList<>();
            for (Picture picture : references) {
                (picture.order < current.order ? before : after).add(picture);
            }
            before.sort(Comparator.comparingInt(p -> -p.order));
            after.sort(Comparator.comparingInt(p -> p.order));
            List<Picture> both = new ArrayList<>(list == 0 ? before : after);
            both.addAll(list == 0 ? after : before);
            if (list == 1 && both.size() > 1 && (before.isEmpty() || after.isEmpty())) {
                // The lists would be the same.
                both.add(0, both.remove(1));
            }
            return both;
        }

        /** Takes the picture among the references, in place of others (8.2.5). */
        private void mark(Picture picture, H264Syntax.Slice head) throws UnclearStreamException {
            int mask = (1 << head.sps().frameNumBits()) - 1;
            int room = Math.max(1, head.sps().references());
            if (head.unused() != null) {
                for (int distance : head.unused()) {
                    references.remove(reference(head.frameNum() - distance & mask));
                }
            } else if (references.size() >= room) {
                references.remove(oldest(head));
            }
            references.add(picture);
            if (references.size() > room) {
                throw new UnclearStreamException("more references than there may be");
            }
            referenceFrameNum = head.frameNum();
        }

        private int oldest(H264Syntax.Slice head) {
            int oldest = 0;
            for (int i = 1; i < references.size(); i++) {
                if (unwrapped(references.get(i), head) < unwrapped(references.get(oldest), head)) {
                    oldest = i;
                }
            }
            return oldest;
        }

        /** A packet without its picture: all but the slices, and the first slice's header. */
        private byte[] headers(
                ByteBuffer data,
                List<H264Syntax.Nal> units,
                H264Syntax.Nal first,
                H264Syntax.Slice head) {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            for (H264Syntax.Nal unit : units) {
                if (unit.slice() && unit != first) {
                    continue;
                }
                int end = unit == first ? Math.min(unit.end(), head.end() + MARGIN) : unit.end();
                int length = end - unit.offset();
                if (lengthBytes == 0) {
                    bytes.writeBytes(new byte[] {0, 0, 0, 1});
                }
                for (int i = lengthBytes - 1; i >= 0; i--) {
                    bytes.write(length >> 8 * i);
                }
                byte[] unitBytes = new byte[length];
                data.get(unit.offset(), unitBytes);
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
                    Picture picture = pictures.get(position);
                    if (picture != null) {
                        picture.sources.stream().forEach(open::push);
                    }
                }
            }
            heads.keySet().removeIf(needed::get);
            return heads;
        }
    }
}
