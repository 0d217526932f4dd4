package org.surgenet.video.decode;

import static org.bytedeco.ffmpeg.global.avcodec.*;
import static org.bytedeco.ffmpeg.global.avutil.*;

import java.io.IOException;
import java.util.BitSet;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.function.BooleanSupplier;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.surgenet.common.InterruptedRunException;
import org.surgenet.video.container.VideoFile;
import org.surgenet.video.ffmpeg.ErrorLog;
import org.surgenet.video.h264.H264References;
import org.surgenet.video.picture.Crop;
import org.surgenet.video.picture.FrameSink;
import org.surgenet.video.picture.PictureRequest;

/**
 * Decodes groups of pictures for {@link GroupExtraction}, of each only what its wanted frames need,
 * and stores these. Several threads decode at once, each group on one of them.
 */
final class GroupDecoder implements AutoCloseable {
    /** How many pictures of the group before are decoded to check a beginning. */
    private static final int STAND_IN = 16;

    private final VideoFile file;
    private final PictureRequest request;
    private final Crop crop;
    private final FrameSink store;
    private final BooleanSupplier stopped;
    private final H264References references;
    private final ConcurrentLinkedDeque<DecodeWorker> idle = new ConcurrentLinkedDeque<>();
    private final Deque<DecodeWorker> allWorkers = new ConcurrentLinkedDeque<>();

    /**
     * @param stopped asked before each packet
     */
    GroupDecoder(
            VideoFile file,
            PictureRequest request,
            Crop crop,
            FrameSink store,
            BooleanSupplier stopped) {
        this.file = file;
        this.request = request;
        this.crop = crop;
        this.store = store;
        this.stopped = stopped;
        this.references = H264References.of(file.codec());
    }

    /**
     * Decodes a group, or a part of one behind the parts before it.
     *
     * @param chain of the group's parts
     * @return why the whole video must be decoded; empty if the group's wanted frames are stored
     */
    Optional<FullDecode> decode(PacketGroup group, DecodeChain chain, SelfCheck.Extent extent)
            throws IOException {
        if (!group.continues) {
            chain.worker = takeWorker();
        }
        BitSet wanted = wanted(group, chain);
        if (extent != SelfCheck.Extent.NOTHING) {
            inFull(group, wanted, extent, chain);
        }
        List<PacketGroup.Item> items =
                group.continued ? group.items : group.items.subList(0, wanted.length());
        boolean whole = !group.continues && !group.continued;
        boolean leading = whole && group.previous() != null && wantsLeading(group, wanted);
        if (leading) {
            // Leading pictures may refer to the group before.
            feedBefore(group, chain);
        }
        Map<Integer, byte[]> needless = whole && !leading ? needless(items, wanted) : Map.of();
        feed(items, needless, chain);
        if (!group.continued) {
            drain(chain);
        }
        if (chain.refusal().isEmpty()) {
            group.done();
        }
        return chain.refusal();
    }

    /** Positions of the group's wanted frames, which are awaited from now on. */
    private static BitSet wanted(PacketGroup group, DecodeChain chain) {
        BitSet wanted = new BitSet();
        for (int i = 0; i < group.items.size(); i++) {
            PacketGroup.PacketCandidate candidate = group.items.get(i).candidate();
            if (candidate != null && candidate.wanted) {
                chain.awaited.put(candidate.ticks(), candidate);
                wanted.set(i);
            }
        }
        return wanted;
    }

    private void feedBefore(PacketGroup group, DecodeChain chain) throws IOException {
        PacketGroup before = group.previous();
        if (before.continues || before.continued) {
            chain.refuse("an open GOP after one decoded in parts");
            return;
        }
        feed(before.items, Map.of(), chain);
    }

    /** True if a leading picture, which is shown before the group's first one, is wanted. */
    private static boolean wantsLeading(PacketGroup group, BitSet wanted) {
        long first = group.items.get(0).packet().pts();
        return wanted.stream().anyMatch(i -> group.items.get(i).packet().pts() < first);
    }

    /**
     * Of the reference pictures that no wanted frame depends on, what the decoder must still know.
     */
    private Map<Integer, byte[]> needless(List<PacketGroup.Item> items, BitSet wanted) {
        return references == null
                ? Map.of()
                : references.headersOnly(
                        items.stream().map(PacketGroup.Item::packet).toList(), wanted);
    }

    /** Does nothing more once the chain is refused. */
    private void feed(
            List<PacketGroup.Item> items, Map<Integer, byte[]> needless, DecodeChain chain)
            throws IOException {
        for (int i = 0; i < items.size() && chain.refusal().isEmpty(); i++) {
            checkStopped();
            feed(items.get(i), needless.get(i), chain);
        }
    }

    /**
     * @param headers what the decoder is given in place of the packet; null for the packet itself
     */
    private void feed(PacketGroup.Item item, byte[] headers, DecodeChain chain) throws IOException {
        Decoder decoder = chain.worker.decoder;
        Decoder.Sink sink = frame -> sink(frame, chain);
        if (headers != null) {
            chain.unmade.add(item.packet().pts());
            chain.refuseIfFailed(decoder.sendHeaders(item.packet(), headers, sink));
            return;
        }
        PacketGroup.PacketCandidate candidate = item.candidate();
        boolean needed = candidate != null && chain.awaited.containsKey(candidate.ticks());
        boolean skip = item.skippable() && !needed;
        chain.refuseIfFailed(decoder.send(item.packet(), skip, sink));
    }

    /** Lets out the last frames of a group, and its worker if all that were wanted are there. */
    private void drain(DecodeChain chain) throws IOException {
        if (chain.refusal().isPresent()) {
            return;
        }
        Decoder decoder = chain.worker.decoder;
        chain.refuseIfFailed(decoder.send(null, false, frame -> sink(frame, chain)));
        decoder.flush();
        if (!chain.awaited.isEmpty()) {
            chain.refuse("a wanted frame that does not come out");
        }
        if (chain.refusal().isEmpty()) {
            idle.push(chain.worker);
        }
    }

    private void sink(AVFrame frame, DecodeChain chain) throws IOException {
        if (chain.refusal().isPresent()) {
            return;
        }
        if (frame.pts() <= chain.lastShown) {
            // Decoded in full they are left out, which changes what is chosen.
            chain.refuse("frames whose times go back");
            return;
        }
        chain.lastShown = frame.pts();
        if (chain.unmade.remove(frame.pts())) {
            return;
        }
        if (Decoder.damaged(frame)) {
            chain.refuse("a damaged frame");
            return;
        }
        PacketGroup.PacketCandidate candidate = chain.awaited.remove(frame.pts());
        if (candidate != null) {
            keep(frame, candidate, chain);
        }
    }

    private void keep(AVFrame frame, PacketGroup.PacketCandidate candidate, DecodeChain chain)
            throws IOException {
        refuseAfterErrors(chain);
        compare(frame, chain);
        if (chain.refusal().isEmpty()) {
            chain.worker.store(frame, candidate.number, candidate.ticks(), store);
        }
    }

    /**
     * After an error a decoder makes up for what it lacks with the pictures before, and these are
     * others than in a decoding of everything.
     */
    private void refuseAfterErrors(DecodeChain chain) {
        ErrorLog errors = chain.worker.decoder.errors();
        if (errors.count() > 0 && file.predicts()) {
            chain.refuse("the decoder logs: " + errors.first());
        }
    }

    private void compare(AVFrame frame, DecodeChain chain) throws IOException {
        if (chain.expected.containsKey(frame.pts())) {
            Long expected = chain.expected.get(frame.pts());
            if (expected == null || expected != SelfCheck.sum(frame)) {
                chain.refuseAsDifferent(
                        String.format(
                                Locale.ROOT,
                                "self-check: the frame at %.3f s, decoded with as little as it"
                                        + " needs, is not that of a full decoding",
                                file.seconds(frame.pts())));
            }
        }
    }

    /**
     * Decodes a group in full, every frame, without a break behind the one before it; so it does
     * not matter whether decoding may begin here. Of the group before, it decodes the reference
     * pictures; or, to see the beginning alone, its first pictures, which are enough to stand in a
     * wrong group's way.
     *
     * @param wanted positions in it of the wanted frames
     * @param chain gets the sums of wanted frames by their times; null for one that does not come
     *     out
     */
    private void inFull(
            PacketGroup group, BitSet wanted, SelfCheck.Extent extent, DecodeChain chain)
            throws IOException {
        BitSet compared = wanted;
        if (extent == SelfCheck.Extent.BEGINNING) {
            // The first picture is right in any case.
            int first = Math.max(wanted.nextSetBit(0), wanted.nextSetBit(1));
            compared = new BitSet();
            compared.set(first);
        }
        Map<Long, Long> sums = new HashMap<>();
        compared.stream().forEach(i -> sums.put(group.items.get(i).packet().pts(), null));
        try (Decoder decoder = new Decoder(file)) {
            Decoder.Sink keep =
                    frame -> {
                        if (sums.containsKey(frame.pts())) {
                            sums.put(frame.pts(), SelfCheck.sum(frame));
                        }
                    };
            if (group.previous() != null) {
                List<PacketGroup.Item> before = group.previous().items;
                boolean some = extent == SelfCheck.Extent.BEGINNING && !wantsLeading(group, wanted);
                int length = some ? Math.min(STAND_IN, before.size()) : before.size();
                for (PacketGroup.Item item : before.subList(0, length)) {
                    checkStopped();
                    // What cannot be decoded there has no place to begin, and does no harm here.
                    decoder.send(item.packet(), item.skippable(), keep);
                }
            }
            for (PacketGroup.Item item : group.items.subList(0, compared.length())) {
                checkStopped();
                chain.refuseIfFailed(decoder.send(item.packet(), false, keep));
                if (chain.refusal().isPresent()) {
                    return;
                }
            }
            chain.refuseIfFailed(decoder.send(null, false, keep));
        }
        chain.expected = sums;
    }

    private void checkStopped() {
        if (stopped.getAsBoolean()) {
            throw new InterruptedRunException();
        }
    }

    private DecodeWorker takeWorker() throws IOException {
        DecodeWorker worker = idle.poll();
        if (worker == null) {
            worker = new DecodeWorker(file, request, crop);
            allWorkers.add(worker);
        }
        return worker;
    }

    /** Tells the file what the decoders have logged. */
    void noteErrors() {
        allWorkers.forEach(worker -> file.noteErrors(worker.decoder.errors()));
    }

    /** Nothing may be decoding any more. */
    @Override
    public void close() {
        allWorkers.forEach(DecodeWorker::close);
    }
}
