package org.surgenet.video.h264;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.surgenet.video.codec.NalBits;
import org.surgenet.video.codec.NalUnit;
import org.surgenet.video.codec.UnclearStreamException;

/**
 * What the headers of an H.264 stream say of its pictures' references (ITU-T H.264, 7.3). Streams
 * of fields, with slice groups, long-term references, planes on their own or gaps are refused: they
 * are rare, and to be wrong about one would spoil a picture.
 */
final class H264Syntax {
    private static final int SEQUENCE = 7;
    private static final int PICTURE = 8;

    static final int P = 0;
    static final int B = 1;
    static final int I = 2;

    /** Profiles whose parameters begin with the format of chroma. */
    private static final Set<Integer> WITH_CHROMA_FORMAT =
            Set.of(44, 83, 86, 100, 110, 118, 122, 128, 134, 135, 138, 139, 244);

    /** Profiles, Baseline, Main and Extended, whose parameters do not. */
    private static final Set<Integer> WITHOUT_CHROMA_FORMAT = Set.of(66, 77, 88);

    /**
     * Sequence parameters.
     *
     * @param frameNumBits bits of a frame number
     * @param orderType how the order of showing is written: 0 or 2
     * @param orderBits bits of a place in that order, for type 0
     * @param references how many reference pictures there may be
     * @param refusal why the stream's references are not followed; null if they are
     */
    record Sps(
            int chromaFormat,
            int frameNumBits,
            int orderType,
            int orderBits,
            int references,
            String refusal) {}

    /**
     * Picture parameters.
     *
     * @param sequence number of the sequence parameters
     * @param cabac whether macroblocks are coded with CABAC, not CAVLC
     * @param bottomOrder whether slices say when the bottom field is shown
     * @param active how many references the two lists hold where the slice does not say
     * @param weightedB 1 if slices of B-pictures have weights
     * @param deblocking whether slices have parameters of the deblocking filter
     * @param refusal as for a sequence
     */
    record Pps(
            int sequence,
            boolean cabac,
            boolean bottomOrder,
            int[] active,
            boolean weightedP,
            int weightedB,
            boolean deblocking,
            boolean redundant,
            String refusal) {}

    /** A change of the order of a list of references: its kind, 0 or 1, and its distance. */
    record Change(int kind, int distance) {}

    /**
     * A slice's header.
     *
     * @param order the lower bits of the picture's place in the order of showing
     * @param bottomOrder how much later than the top field the bottom one is shown
     * @param active how many references each list holds; none for lists that the type lacks
     * @param changes of the order of each list
     * @param unused distances of the pictures that are no longer referred to; null if the oldest
     *     makes room
     * @param cabac whether the macroblocks behind the header are coded with CABAC, not CAVLC
     * @param length of the header in bits, from behind the unit's first byte and without the bytes
     *     that keep start codes out
     */
    record Slice(
            int firstBlock,
            int type,
            Sps sps,
            int frameNum,
            int order,
            int bottomOrder,
            int[] active,
            List<List<Change>> changes,
            List<Integer> unused,
            boolean cabac,
            int length) {}

    private final Map<Integer, Sps> sequences = new HashMap<>();
    private final Map<Integer, Pps> pictures = new HashMap<>();

    H264Syntax() {}

    H264Syntax(H264Syntax other) {
        sequences.putAll(other.sequences);
        pictures.putAll(other.pictures);
    }

    /** Remembers a unit's parameters if it holds any. */
    void learn(ByteBuffer data, NalUnit nal) throws UnclearStreamException {
        NalBits bits = new NalBits(data, nal.offset() + 1, nal.end());
        if (nal.type() == SEQUENCE) {
            sequence(bits);
        } else if (nal.type() == PICTURE) {
            picture(bits);
        }
    }

    private void sequence(NalBits bits) throws UnclearStreamException {
        int profile = bits.bits(8);
        bits.skip(16);
        int id = bits.ue(31);
        int chroma = 1;
        boolean planes = false;
        if (!WITH_CHROMA_FORMAT.contains(profile) && !WITHOUT_CHROMA_FORMAT.contains(profile)) {
            sequences.put(id, new Sps(chroma, 0, 0, 0, 0, "a profile that is not known"));
            return;
        }
        if (WITH_CHROMA_FORMAT.contains(profile)) {
            chroma = bits.ue(3);
            planes = chroma == 3 && bits.flag();
            bits.ue();
            bits.ue();
            bits.skip(1);
            if (bits.flag()) {
                scalingLists(bits, chroma == 3 ? 12 : 8);
            }
        }
        int frameNumBits = bits.ue(12) + 4;
        int orderType = bits.ue(2);
        int orderBits = 0;
        if (orderType == 0) {
            orderBits = bits.ue(12) + 4;
        } else if (orderType == 1) {
            // Nobody writes it; the rest of the parameters is not looked at.
            sequences.put(id, new Sps(chroma, frameNumBits, 1, 0, 0, "an order by cycles"));
            return;
        }
        int references = bits.ue(16);
        boolean gaps = bits.flag();
        bits.ue();
        bits.ue();
        boolean frames = bits.flag();
        String refusal =
                planes
                        ? "planes on their own"
                        : gaps ? "gaps among its frames" : frames ? null : "fields";
        sequences.put(id, new Sps(chroma, frameNumBits, orderType, orderBits, references, refusal));
    }

    private static void scalingLists(NalBits bits, int count) throws UnclearStreamException {
        for (int list = 0; list < count; list++) {
            if (!bits.flag()) {
                continue;
            }
            int size = list < 6 ? 16 : 64;
            int last = 8;
            for (int i = 0; i < size; i++) {
                int next = last + bits.se() & 0xff;
                if (next == 0) {
                    break;
                }
                last = next;
            }
        }
    }

    private void picture(NalBits bits) throws UnclearStreamException {
        int id = bits.ue(255);
        int sequence = bits.ue(31);
        boolean cabac = bits.flag();
        boolean bottomOrder = bits.flag();
        boolean groups = bits.ue() > 0;
        int[] active = {0, 0};
        if (groups) {
            pictures.put(
                    id,
                    new Pps(
                            sequence,
                            cabac,
                            bottomOrder,
                            active,
                            false,
                            0,
                            false,
                            false,
                            "slice groups"));
            return;
        }
        active[0] = bits.ue(31) + 1;
        active[1] = bits.ue(31) + 1;
        boolean weightedP = bits.flag();
        int weightedB = bits.bits(2);
        bits.se();
        bits.se();
        bits.se();
        boolean deblocking = bits.flag();
        bits.skip(1);
        boolean redundant = bits.flag();
        pictures.put(
                id,
                new Pps(
                        sequence,
                        cabac,
                        bottomOrder,
                        active,
                        weightedP,
                        weightedB,
                        deblocking,
                        redundant,
                        null));
    }

    /** Reads a slice's header. */
    Slice slice(ByteBuffer data, NalUnit nal) throws UnclearStreamException {
        NalBits bits = new NalBits(data, nal.offset() + 1, nal.end());
        int firstBlock = bits.ue();
        int type = bits.ue(9) % 5;
        if (type > I) {
            throw new UnclearStreamException("switching slices");
        }
        Pps pps = pictures.get(bits.ue(255));
        Sps sps = pps == null ? null : sequences.get(pps.sequence());
        if (sps == null) {
            throw new UnclearStreamException("parameters that are not there");
        }
        String refusal = sps.refusal() == null ? pps.refusal() : sps.refusal();
        if (refusal != null) {
            throw new UnclearStreamException(refusal);
        }
        int frameNum = bits.bits(sps.frameNumBits());
        if (nal.type() == NalUnit.IDR_SLICE) {
            bits.ue();
        }
        int order = 0;
        int bottomOrder = 0;
        if (sps.orderType() == 0) {
            order = bits.bits(sps.orderBits());
            bottomOrder = pps.bottomOrder() ? bits.se() : 0;
        }
        if (pps.redundant() && bits.ue() > 0) {
            throw new UnclearStreamException("redundant slices");
        }
        if (type == B) {
            bits.skip(1);
        }
        int[] active = active(bits, type, pps);
        List<List<Change>> changes = List.of(changes(bits, type != I), changes(bits, type == B));
        if (type == P && pps.weightedP() || type == B && pps.weightedB() == 1) {
            weights(bits, active, sps.chromaFormat() != 0);
        }
        List<Integer> unused = nal.importance() == 0 ? null : marking(bits, nal);
        if (pps.cabac() && type != I) {
            bits.ue(2);
        }
        bits.se();
        if (pps.deblocking() && bits.ue(2) != 1) {
            bits.se();
            bits.se();
        }
        return new Slice(
                firstBlock,
                type,
                sps,
                frameNum,
                order,
                bottomOrder,
                active,
                changes,
                unused,
                pps.cabac(),
                bits.count());
    }

    private static int[] active(NalBits bits, int type, Pps pps) throws UnclearStreamException {
        int[] active = {type == I ? 0 : pps.active()[0], type == B ? pps.active()[1] : 0};
        if (type != I && bits.flag()) {
            active[0] = bits.ue(31) + 1;
            if (type == B) {
                active[1] = bits.ue(31) + 1;
            }
        }
        return active;
    }

    private static List<Change> changes(NalBits bits, boolean present)
            throws UnclearStreamException {
        List<Change> changes = new ArrayList<>();
        if (present && bits.flag()) {
            int kind = bits.ue(5);
            while (kind != 3) {
                if (kind > 1) {
                    throw new UnclearStreamException("long-term references");
                }
                changes.add(new Change(kind, bits.ue() + 1));
                kind = bits.ue(5);
            }
        }
        return changes;
    }

    private static void weights(NalBits bits, int[] active, boolean chroma)
            throws UnclearStreamException {
        bits.ue();
        if (chroma) {
            bits.ue();
        }
        for (int i = 0; i < active[0] + active[1]; i++) {
            weight(bits, 2);
            if (chroma) {
                weight(bits, 4);
            }
        }
    }

    private static void weight(NalBits bits, int numbers) throws UnclearStreamException {
        if (bits.flag()) {
            for (int i = 0; i < numbers; i++) {
                bits.se();
            }
        }
    }

    private static List<Integer> marking(NalBits bits, NalUnit nal) throws UnclearStreamException {
        if (nal.type() == NalUnit.IDR_SLICE) {
            bits.skip(1);
            if (bits.flag()) {
                throw new UnclearStreamException("long-term references");
            }
            return null;
        }
        if (!bits.flag()) {
            return null;
        }
        List<Integer> unused = new ArrayList<>();
        int operation = bits.ue(6);
        while (operation != 0) {
            if (operation != 1) {
                throw new UnclearStreamException("long-term references");
            }
            unused.add(bits.ue() + 1);
            operation = bits.ue(6);
        }
        return unused;
    }
}
