package org.surgenet.video.h264;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import org.surgenet.video.codec.NalUnit;
import org.surgenet.video.codec.UnclearStreamException;

/**
 * The reference pictures in the decoded picture buffer (DPB) of an H.264 decoder, picture after
 * picture from an IDR picture on: picture order counts, reference picture lists and marking (ITU-T
 * H.264, 8.2.1, 8.2.4 and 8.2.5, for frames).
 */
final class DecodedPictureBuffer {
    /** A picture, and what it refers to. */
    static final class Picture {
        /** Its index in decoding order. */
        final int position;

        /** Indices of all pictures in its reference picture lists. */
        final BitSet references = new BitSet();

        private final int frameNum;
        private final int poc;

        private Picture(int position, int frameNum, int poc) {
            this.position = position;
            this.frameNum = frameNum;
            this.poc = poc;
        }
    }

    /** Short-term reference pictures in decoding order: without gaps, that of frame_num too. */
    private List<Picture> references = new ArrayList<>();

    private int prevRefFrameNum;
    private int prevPocLsb;
    private int prevPocMsb;
    private int prevFrameNum;
    private int frameNumWraps;
    private boolean begun;

    /**
     * Begins the next picture.
     *
     * @param position its index in decoding order
     * @param unit of its first slice
     * @throws UnclearStreamException if a picture before it is missing
     */
    Picture begin(int position, NalUnit unit, SliceHeader head) throws UnclearStreamException {
        if (head.firstMb() != 0) {
            throw new UnclearStreamException("a first slice that is not the first");
        }
        boolean idr = unit.type() == NalUnit.IDR_SLICE;
        if (idr) {
            references = new ArrayList<>();
            prevRefFrameNum = 0;
            prevPocLsb = 0;
            prevPocMsb = 0;
            prevFrameNum = 0;
            frameNumWraps = 0;
            begun = true;
        } else {
            int next = prevRefFrameNum + 1 & (1 << head.sps().frameNumBits()) - 1;
            if (!begun || head.frameNum() != next) {
                throw new UnclearStreamException("a picture is missing");
            }
        }
        return new Picture(position, head.frameNum(), poc(unit, head));
    }

    /** The picture order count (8.2.1). */
    private int poc(NalUnit unit, SliceHeader head) {
        if (head.sps().pocType() == 2) {
            if (head.frameNum() < prevFrameNum) {
                frameNumWraps++;
            }
            prevFrameNum = head.frameNum();
            int number = (frameNumWraps << head.sps().frameNumBits()) + head.frameNum();
            return 2 * number - (unit.nalRefIdc() == 0 ? 1 : 0);
        }
        int size = 1 << head.sps().pocLsbBits();
        int msb = prevPocMsb;
        if (head.pocLsb() < prevPocLsb && prevPocLsb - head.pocLsb() >= size / 2) {
            msb += size;
        } else if (head.pocLsb() > prevPocLsb && head.pocLsb() - prevPocLsb > size / 2) {
            msb -= size;
        }
        if (unit.nalRefIdc() > 0) {
            prevPocLsb = head.pocLsb();
            prevPocMsb = msb;
        }
        return msb + head.pocLsb() + Math.min(0, head.deltaPocBottom());
    }

    /** Notes what a slice's reference picture lists hold (8.2.4). */
    void look(Picture picture, SliceHeader slice) throws UnclearStreamException {
        for (int list = 0; list < 2; list++) {
            if (slice.activeRefs()[list] > 0) {
                look(picture, slice, list);
            }
        }
    }

    private void look(Picture picture, SliceHeader slice, int list) throws UnclearStreamException {
        List<Picture> named = slice.type() == SliceHeader.P ? listOfP() : listOfB(picture, list);
        int active = slice.activeRefs()[list];
        named = new ArrayList<>(named.subList(0, Math.min(active, named.size())));
        int mask = (1 << slice.sps().frameNumBits()) - 1;
        int number = slice.frameNum();
        int place = 0;
        for (SliceHeader.Modification modification : slice.modifications().get(list)) {
            number +=
                    modification.idc() == 0
                            ? -modification.absDiffPicNum()
                            : modification.absDiffPicNum();
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
            picture.references.set(source.position);
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

    /** The initial list of a P-slice, the highest picture number first (8.2.4.2.1). */
    private List<Picture> listOfP() {
        List<Picture> list = new ArrayList<>(references);
        Collections.reverse(list);
        return list;
    }

    /**
     * The initial list of a B-slice by POC: first those on the list's side, the nearest first
     * (8.2.4.2.3).
     */
    private List<Picture> listOfB(Picture current, int list) {
        List<Picture> before = new ArrayList<>();
        List<Picture> after = new ArrayList<>();
        for (Picture picture : references) {
            (picture.poc < current.poc ? before : after).add(picture);
        }
        before.sort(Comparator.comparingInt(p -> -p.poc));
        after.sort(Comparator.comparingInt(p -> p.poc));
        List<Picture> both = new ArrayList<>(list == 0 ? before : after);
        both.addAll(list == 0 ? after : before);
        if (list == 1 && both.size() > 1 && (before.isEmpty() || after.isEmpty())) {
            // The lists would be the same.
            both.add(0, both.remove(1));
        }
        return both;
    }

    /**
     * Marks the picture as used for reference, and others as unused: by MMCO or the sliding window
     * (8.2.5).
     */
    void mark(Picture picture, SliceHeader head) throws UnclearStreamException {
        int mask = (1 << head.sps().frameNumBits()) - 1;
        int room = Math.max(1, head.sps().maxRefFrames());
        if (head.mmco() != null) {
            for (int difference : head.mmco()) {
                references.remove(reference(head.frameNum() - difference & mask));
            }
        } else if (references.size() >= room) {
            references.remove(0);
        }
        references.add(picture);
        if (references.size() > room) {
            throw new UnclearStreamException("more references than there may be");
        }
        prevRefFrameNum = head.frameNum();
    }
}
