package org.surgenet.video.h264;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import org.surgenet.video.codec.NalUnit;
import org.surgenet.video.codec.UnclearStreamException;

/**
 * The reference pictures that an H.264 decoder holds, picture after picture from an IDR picture on
 * (ITU-T H.264, 8.2.1, 8.2.4 and 8.2.5, for frames).
 */
final class H264ReferenceBuffer {
    /** A picture, and what it is made of. */
    static final class Picture {
        /** Its place in the order of decoding. */
        final int position;

        /** Places of all pictures that it may look at. */
        final BitSet sources = new BitSet();

        private final int frameNum;
        private final int order;

        private Picture(int position, int frameNum, int order) {
            this.position = position;
            this.frameNum = frameNum;
            this.order = order;
        }
    }

    /** In the order of decoding: without gaps, that of their numbers too. */
    private List<Picture> references = new ArrayList<>();

    private int referenceFrameNum;
    private int referenceOrder;
    private int referenceOrderHigh;
    private int lastFrameNum;
    private int frameNumCycles;
    private boolean begun;

    /**
     * Begins the next picture.
     *
     * @param position its place in the order of decoding
     * @param unit of its first slice
     * @throws UnclearStreamException if a picture before it is missing
     */
    Picture begin(int position, NalUnit unit, H264Syntax.Slice head) throws UnclearStreamException {
        if (head.firstBlock() != 0) {
            throw new UnclearStreamException("a first slice that is not the first");
        }
        boolean idr = unit.type() == NalUnit.IDR_SLICE;
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
        return new Picture(position, head.frameNum(), order(unit, head));
    }

    /** The picture's place in the order of showing (8.2.1). */
    private int order(NalUnit unit, H264Syntax.Slice head) {
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

    /** Notes what a slice's lists of references hold (8.2.4). */
    void look(Picture picture, H264Syntax.Slice slice) throws UnclearStreamException {
        for (int list = 0; list < 2; list++) {
            if (slice.active()[list] > 0) {
                look(picture, slice, list);
            }
        }
    }

    private void look(Picture picture, H264Syntax.Slice slice, int list)
            throws UnclearStreamException {
        List<Picture> named = slice.type() == H264Syntax.P ? byAge() : byOrder(picture, list);
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
    private List<Picture> byAge() {
        List<Picture> list = new ArrayList<>(references);
        Collections.reverse(list);
        return list;
    }

    /** The references of a B-picture: first those on the list's side of it, the nearest first. */
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
    void mark(Picture picture, H264Syntax.Slice head) throws UnclearStreamException {
        int mask = (1 << head.sps().frameNumBits()) - 1;
        int room = Math.max(1, head.sps().references());
        if (head.unused() != null) {
            for (int distance : head.unused()) {
                references.remove(reference(head.frameNum() - distance & mask));
            }
        } else if (references.size() >= room) {
            references.remove(0);
        }
        references.add(picture);
        if (references.size() > room) {
            throw new UnclearStreamException("more references than there may be");
        }
        referenceFrameNum = head.frameNum();
    }
}
