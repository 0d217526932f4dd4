package org.surgenet.video.decode;

import static org.bytedeco.ffmpeg.global.avcodec.*;
import static org.bytedeco.ffmpeg.global.avutil.*;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.BitSet;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.Future;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.surgenet.common.Cancellation;
import org.surgenet.common.InterruptedRunException;
import org.surgenet.video.codec.GroupStarts;
import org.surgenet.video.codec.PacketKind;
import org.surgenet.video.codec.UnclearStreamException;
import org.surgenet.video.container.VideoFile;
import org.surgenet.video.ffmpeg.ErrorLog;
import org.surgenet.video.ffmpeg.Ffmpeg;
import org.surgenet.video.h264.H264References;
import org.surgenet.video.picture.Crop;
import org.surgenet.video.picture.FrameSink;
import org.surgenet.video.picture.PictureRequest;
import org.surgenet.video.sampling.Sampler;

/**
 * Extraction by groups of pictures. The packets' times tell which frames are wanted before anything
 * is decoded; groups without a wanted frame are dropped, and of the others only what the wanted
 * frames need is decoded, by several decoders at once.
 *
 * <p>The frames are those of a decoding of the whole video, bit for bit. Where that is not certain
 * (no times, times out of order, damage, a wanted frame that does not come out) the work is given
 * up with {@link NeedsFullDecodeException}.
 */
public final class GroupExtraction {
    /**
     * No frame is shown after more than this many that follow it in the file: the largest number of
     * reference frames of any codec, 16, and as many again for what containers make of it.
     */
    private static final int REORDER = 32;

    /** Beyond this a group is decoded in parts, so that memory does not grow with its length. */
    private static final int MAX_PACKETS = 1024;

    private static final long MAX_BYTES = 24L << 20;

    /** How many pictures of the group before are decoded to check a beginning. */
    private static final int STAND_IN = 16;

    private final VideoFile file;
    private final PictureRequest request;
    private final Crop crop;
    private final Sampler sampler;
    private final FrameSink store;
    private final DecodeSlots slots;
    private final GroupStarts starts;
    private final SelfCheck selfCheck;
    private final H264References references;
    private final Cancellation cancellation;
    private final PriorityQueue<PacketGroup.PacketCandidate> reorder =
            new PriorityQueue<>(Comparator.comparingLong(c -> c.ticks));
    private final Deque<PacketGroup> waiting = new ArrayDeque<>();
    private final ExecutorCompletionService<Void> ended;
    private final ConcurrentLinkedDeque<DecodeWorker> idle = new ConcurrentLinkedDeque<>();
    private final Deque<DecodeWorker> allWorkers = new ConcurrentLinkedDeque<>();
    private final Set<PacketGroup> live = ConcurrentHashMap.newKeySet();
    private PacketGroup current;
    private Chain chain;
    private long firstKeyTicks = Long.MAX_VALUE;
    private long lastReleased = Long.MIN_VALUE;
    private long endTicks = Long.MIN_VALUE;
    private long shown;
    private int underWay;
    private volatile boolean abandoned;

    /** A group in parts: its parts share a decoder and what they wait for. */
    private static final class Chain {
        final Map<Long, PacketGroup.PacketCandidate> awaited = new HashMap<>();

        /** Times of pictures of which the decoder was given the headers alone. */
        final Set<Long> unmade = new HashSet<>();

        /** Sums of frames from a decoding in full, by their times. */
        Map<Long, Long> expected = Map.of();

        long lastShown = Long.MIN_VALUE;
        DecodeWorker worker;
        Future<Void> last;
    }

    /**
     * @param starts tells where the video's groups begin
     * @param selfCheck chooses the groups whose frames are compared
     */
    public GroupExtraction(
            VideoFile file,
            PictureRequest request,
            Crop crop,
            Sampler sampler,
            FrameSink store,
            DecodeSlots slots,
            GroupStarts starts,
            SelfCheck selfCheck,
            Cancellation cancellation) {
        this.file = file;
        this.request = request;
        this.crop = crop;
        this.sampler = sampler;
        this.store = store;
        this.slots = slots;
        this.ended = new ExecutorCompletionService<>(slots.threads());
        this.cancellation = cancellation;
        this.starts = starts;
        this.selfCheck = selfCheck;
        this.references = H264References.of(file.codec());
    }

    /** What is told of each packet read: its size in bytes. */
    public interface ByteCount {
        void read(long bytes);
    }

    public void run(ByteCount count) throws IOException, NeedsFullDecodeException {
        AVPacket packet = av_packet_alloc();
        try {
            while (!sampler.finished() && file.read(packet)) {
                cancellation.check();
                count.read(packet.size());
                accept(packet);
                if (file.damage() != null) {
                    throw new NeedsFullDecodeException(file.damage());
                }
            }
            if (file.damage() != null) {
                throw new NeedsFullDecodeException(file.damage());
            }
            while (!reorder.isEmpty()) {
                release();
            }
            sampler.end(endTicks);
            if (current != null) {
                current.complete = true;
                waiting.add(current);
            }
            while (!waiting.isEmpty()) {
                dispatch(waiting.poll());
            }
            while (underWay > 0) {
                awaitAny();
            }
            allWorkers.forEach(worker -> file.noteErrors(worker.decoder.errors()));
        } finally {
            av_packet_free(packet);
            close();
        }
    }

    private void accept(AVPacket packet) throws IOException, NeedsFullDecodeException {
        if (packet.pts() == AV_NOPTS_VALUE) {
            throw new NeedsFullDecodeException("packets without presentation times");
        }
        if ((packet.flags() & AV_PKT_FLAG_CORRUPT) != 0) {
            throw new NeedsFullDecodeException(
                    "a packet that may be cut off, where parts are joined");
        }
        PacketKind kind = kind(packet);
        boolean key = kind.key();
        if (key && firstKeyTicks == Long.MAX_VALUE) {
            firstKeyTicks = packet.pts();
        }
        if (sampler.countsFrames() && packet.pts() < firstKeyTicks) {
            // A decoder leaves some of them out, which its packets do not tell.
            throw new NeedsFullDecodeException("frames before the first key frame");
        }
        if (file.partBegins() && !kind.start()) {
            // Its frames are made, and may be shown, between those of the part before.
            throw new NeedsFullDecodeException("parts joined inside a group of pictures");
        }
        if (current == null && !kind.start()) {
            // How much of it comes out only a decoder knows.
            throw new NeedsFullDecodeException("a beginning inside a group of pictures");
        }
        boolean full =
                current != null
                        && (current.items.size() >= MAX_PACKETS || current.bytes >= MAX_BYTES);
        if (current == null || kind.start() || full) {
            boolean continues = current != null && !kind.start();
            if (current != null) {
                current.complete = true;
                current.continued = continues;
                waiting.add(current);
            }
            current = new PacketGroup(current, continues, live);
        }
        AVPacket own = Ffmpeg.notNull(av_packet_clone(packet), "packet");
        boolean hidden = !kind.shown() || (packet.flags() & AV_PKT_FLAG_DISCARD) != 0;
        PacketGroup.PacketCandidate candidate =
                hidden
                        ? null
                        : new PacketGroup.PacketCandidate(
                                current, store, packet.pts(), key, shown++);
        current.items.add(new PacketGroup.Item(own, candidate, kind.skippable()));
        current.bytes += packet.size();
        if (candidate != null) {
            endTicks = Math.max(endTicks, packet.pts() + file.durationTicks(packet.duration()));
            reorder.add(candidate);
            if (reorder.size() > (file.reorders() ? REORDER : 0)) {
                release();
            }
        }
        av_packet_unref(packet);
        while (!waiting.isEmpty() && waiting.peek().ready()) {
            dispatch(waiting.poll());
        }
    }

    private PacketKind kind(AVPacket packet) throws NeedsFullDecodeException {
        try {
            return starts.look(packet);
        } catch (UnclearStreamException e) {
            throw new NeedsFullDecodeException(e.getMessage());
        }
    }

    /** Hands the earliest frame that no later packet can precede to the sampler. */
    private void release() throws IOException, NeedsFullDecodeException {
        PacketGroup.PacketCandidate next = reorder.poll();
        // One that waits for later ones without end has a time that is far ahead of its place.
        if (next.ticks <= lastReleased || shown - next.index > 2 * REORDER) {
            throw new NeedsFullDecodeException("presentation times out of order");
        }
        lastReleased = next.ticks;
        sampler.offer(next);
    }

    private void dispatch(PacketGroup group) throws IOException, NeedsFullDecodeException {
        boolean alone = !group.continues && !group.continued;
        SelfCheck.Extent extent =
                group.continues ? SelfCheck.Extent.NOTHING : selfCheck.choose(group);
        if (alone && group.wanted == 0) {
            group.done();
            return;
        }
        // One more than can run, so that a decoder finds its next group waiting. Any that ends is
        // room enough: behind a long group the other decoders go on.
        while (underWay > slots.share() || underWay > 0 && store.isFull()) {
            awaitAny();
        }
        if (!group.continues) {
            chain = new Chain();
        } else if (chain.last != null) {
            await(chain.last);
        }
        Chain its = chain;
        Future<Void> future =
                ended.submit(
                        () -> {
                            if (!abandoned) {
                                decode(group, its, extent);
                            }
                            return null;
                        });
        underWay++;
        its.last = future;
    }

    private void awaitAny() throws IOException, NeedsFullDecodeException {
        try {
            Future<Void> future = ended.take();
            underWay--;
            await(future);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedRunException();
        }
    }

    private void await(Future<Void> future) throws IOException, NeedsFullDecodeException {
        try {
            future.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedRunException();
        } catch (ExecutionException e) {
            Throwable cause = e.getCause();
            if (cause instanceof RefusedFrameException refused) {
                throw new NeedsFullDecodeException(refused.getMessage(), refused.differs);
            }
            if (cause instanceof IOException io) {
                throw io;
            }
            if (cause instanceof NeedsFullDecodeException full) {
                throw full;
            }
            if (cause instanceof RuntimeException runtime) {
                throw runtime;
            }
            throw new IllegalStateException(cause);
        }
    }

    private void decode(PacketGroup group, Chain its, SelfCheck.Extent extent)
            throws IOException, NeedsFullDecodeException {
        if (!group.continues) {
            its.worker = takeWorker();
        }
        DecodeWorker worker = its.worker;
        int until = 0;
        BitSet wanted = new BitSet();
        for (int i = 0; i < group.items.size(); i++) {
            PacketGroup.PacketCandidate candidate = group.items.get(i).candidate();
            if (candidate != null && candidate.wanted) {
                its.awaited.put(candidate.ticks, candidate);
                wanted.set(i);
                until = i + 1;
            }
        }
        if (extent != SelfCheck.Extent.NOTHING) {
            its.expected = inFull(group, wanted, extent);
        }
        if (group.continued) {
            until = group.items.size();
        }
        List<PacketGroup.Item> items = group.items.subList(0, until);
        boolean whole = !group.continues && !group.continued;
        boolean leading = whole && group.previous() != null && leads(group, wanted);
        if (leading) {
            // What is shown before the group's first picture may be made of the group before.
            feed(before(group), Map.of(), worker, its);
        }
        Map<Integer, byte[]> needless = whole && !leading ? needless(items, wanted) : Map.of();
        feed(items, needless, worker, its);
        if (!group.continued) {
            drain(worker, its);
            if (!its.awaited.isEmpty()) {
                throw new NeedsFullDecodeException("a wanted frame that does not come out");
            }
            idle.push(worker);
        }
        group.done();
    }

    /** True if a wanted frame is shown before the group's first one. */
    private static boolean leads(PacketGroup group, BitSet wanted) {
        long first = group.items.get(0).packet().pts();
        return wanted.stream().anyMatch(i -> group.items.get(i).packet().pts() < first);
    }

    private static List<PacketGroup.Item> before(PacketGroup group)
            throws NeedsFullDecodeException {
        PacketGroup before = group.previous();
        if (before.continues || before.continued) {
            throw new NeedsFullDecodeException("an open group after a long one");
        }
        return before.items;
    }

    /** Of the references that no wanted frame is made of, what the decoder must still know. */
    private Map<Integer, byte[]> needless(List<PacketGroup.Item> items, BitSet wanted) {
        return references == null
                ? Map.of()
                : references.headersOnly(
                        items.stream().map(PacketGroup.Item::packet).toList(), wanted);
    }

    private void feed(
            List<PacketGroup.Item> items,
            Map<Integer, byte[]> needless,
            DecodeWorker worker,
            Chain its)
            throws IOException, NeedsFullDecodeException {
        Decoder.Sink sink = frame -> sink(frame, worker, its);
        for (int i = 0; i < items.size(); i++) {
            PacketGroup.Item item = items.get(i);
            checkStopped();
            byte[] headers = needless.get(i);
            if (headers != null) {
                its.unmade.add(item.packet().pts());
                check(worker.decoder.sendHeaders(item.packet(), headers, sink));
                continue;
            }
            PacketGroup.PacketCandidate candidate = item.candidate();
            boolean needed = candidate != null && its.awaited.containsKey(candidate.ticks);
            boolean skip = item.skippable() && !needed;
            check(worker.decoder.send(item.packet(), skip, sink));
        }
    }

    private void drain(DecodeWorker worker, Chain its)
            throws IOException, NeedsFullDecodeException {
        check(worker.decoder.send(null, false, frame -> sink(frame, worker, its)));
        worker.decoder.flush();
    }

    private static void check(int code) throws NeedsFullDecodeException {
        if (code < 0) {
            throw new NeedsFullDecodeException(Ffmpeg.message(code));
        }
    }

    private void sink(AVFrame frame, DecodeWorker worker, Chain its) throws IOException {
        if (frame.pts() <= its.lastShown) {
            // Decoded in full they are left out, which changes what is chosen.
            throw new RefusedFrameException("frames whose times go back", false);
        }
        its.lastShown = frame.pts();
        if (its.unmade.remove(frame.pts())) {
            return;
        }
        if (Decoder.damaged(frame)) {
            throw new RefusedFrameException("a damaged frame", false);
        }
        PacketGroup.PacketCandidate candidate = its.awaited.remove(frame.pts());
        if (candidate != null) {
            refuseAfterErrors(worker.decoder.errors());
            compare(frame, its);
            worker.store(frame, candidate.number, candidate.ticks, store);
        }
    }

    /**
     * After an error a decoder makes up for what it lacks with the pictures before, and these are
     * others than in a decoding of everything.
     */
    private void refuseAfterErrors(ErrorLog errors) throws IOException {
        if (errors.count() > 0 && file.predicts()) {
            throw new RefusedFrameException("the decoder logs: " + errors.first(), false);
        }
    }

    private void compare(AVFrame frame, Chain its) throws IOException {
        if (its.expected.containsKey(frame.pts())) {
            Long expected = its.expected.get(frame.pts());
            if (expected == null || expected != SelfCheck.sum(frame)) {
                throw different(frame.pts());
            }
        }
    }

    private RefusedFrameException different(long ticks) {
        return new RefusedFrameException(
                String.format(
                        Locale.ROOT,
                        "self-check: the frame at %.3f s, decoded with as little as it needs, is"
                                + " not that of a full decoding",
                        file.seconds(ticks)),
                true);
    }

    /**
     * Decodes a group in full, every frame, without a break behind the one before it; so it does
     * not matter whether decoding may begin here. Of the group before, it decodes what other frames
     * are made of; or, to see the beginning alone, its first pictures, which are enough to stand in
     * a wrong group's way.
     *
     * @param wanted positions in it of the wanted frames
     * @return sums of wanted frames by their times; null for one that does not come out
     */
    private Map<Long, Long> inFull(PacketGroup group, BitSet wanted, SelfCheck.Extent extent)
            throws IOException, NeedsFullDecodeException {
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
                boolean some = extent == SelfCheck.Extent.BEGINNING && !leads(group, wanted);
                int length = some ? Math.min(STAND_IN, before.size()) : before.size();
                for (PacketGroup.Item item : before.subList(0, length)) {
                    checkStopped();
                    // What cannot be decoded there has no place to begin, and does no harm here.
                    decoder.send(item.packet(), item.skippable(), keep);
                }
            }
            for (PacketGroup.Item item : group.items.subList(0, compared.length())) {
                checkStopped();
                check(decoder.send(item.packet(), false, keep));
            }
            check(decoder.send(null, false, keep));
        }
        return sums;
    }

    private void checkStopped() {
        if (abandoned || cancellation.requested()) {
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

    /** Waits for what still runs, since it uses the file's memory, then frees everything. */
    private void close() {
        abandoned = true;
        boolean interrupted = false;
        while (underWay > 0) {
            try {
                // Its failure does not matter: the first one is on its way already.
                ended.take();
                underWay--;
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        allWorkers.forEach(DecodeWorker::close);
        List.copyOf(live).forEach(PacketGroup::free);
    }

    /** A frame is not to be kept; thrown through the decoder's callback. */
    private static final class RefusedFrameException extends IOException {
        private static final long serialVersionUID = 1L;

        final boolean differs;

        RefusedFrameException(String message, boolean differs) {
            super(message);
            this.differs = differs;
        }
    }
}
