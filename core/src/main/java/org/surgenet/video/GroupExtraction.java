package org.surgenet.video;

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

/**
 * Extraction by groups of pictures. The packets' times tell which frames are wanted before anything
 * is decoded; groups without a wanted frame are dropped, and of the others only what the wanted
 * frames need is decoded, by several decoders at once.
 *
 * <p>The frames are those of a decoding of the whole video, bit for bit. Where that is not certain
 * (no times, times out of order, damage, a wanted frame that does not come out) the work is given
 * up with {@link NeedsFullDecodeException}.
 */
final class GroupExtraction {
    /**
     * No frame is shown after more than this many that follow it in the file: the largest number of
     * reference frames of any codec, 16, and as many again for what containers make of it.
     */
    private static final int REORDER = 32;

    /** Beyond this a group is decoded in parts, so that memory does not grow with its length. */
    private static final int MAX_PACKETS = 1024;

    private static final long MAX_BYTES = 24L << 20;

    private final VideoFile file;
    private final PictureRequest request;
    private final Crop crop;
    private final Sampler sampler;
    private final FrameSink store;
    private final DecodeSlots slots;
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
    private int underWay;
    private volatile boolean abandoned;

    /** A group in parts: its parts share a decoder and what they wait for. */
    private static final class Chain {
        final Map<Long, PacketGroup.PacketCandidate> awaited = new HashMap<>();

        /** Times of pictures of which the decoder was given the headers alone. */
        final Set<Long> unmade = new HashSet<>();

        DecodeWorker worker;
        Future<Void> last;
    }

    GroupExtraction(
            VideoFile file,
            PictureRequest request,
            Crop crop,
            Sampler sampler,
            FrameSink store,
            DecodeSlots slots,
            Cancellation cancellation) {
        this.file = file;
        this.request = request;
        this.crop = crop;
        this.sampler = sampler;
        this.store = store;
        this.slots = slots;
        this.ended = new ExecutorCompletionService<>(slots.threads());
        this.cancellation = cancellation;
        this.references = H264References.of(file.codec());
    }

    /** What is told of each packet read: its size in bytes. */
    interface ByteCount {
        void read(long bytes);
    }

    void run(ByteCount count) throws IOException, NeedsFullDecodeException {
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
        } finally {
            av_packet_free(packet);
            close();
        }
    }

    private void accept(AVPacket packet) throws IOException, NeedsFullDecodeException {
        if (packet.pts() == AV_NOPTS_VALUE) {
            throw new NeedsFullDecodeException("packets without presentation times");
        }
        if (changesDecoder(packet)) {
            throw new NeedsFullDecodeException("the codec's settings change on the way");
        }
        boolean key = (packet.flags() & AV_PKT_FLAG_KEY) != 0;
        if (key && firstKeyTicks == Long.MAX_VALUE) {
            firstKeyTicks = packet.pts();
        }
        if (sampler.countsFrames() && packet.pts() < firstKeyTicks) {
            // A decoder leaves some of them out, which its packets do not tell.
            throw new NeedsFullDecodeException("frames before the first key frame");
        }
        boolean full =
                current != null
                        && (current.items.size() >= MAX_PACKETS || current.bytes >= MAX_BYTES);
        if (current == null || key || full) {
            boolean continues = current != null && !key;
            if (current != null) {
                current.complete = true;
                current.continued = continues;
                waiting.add(current);
            }
            current = new PacketGroup(current, continues, live);
        }
        AVPacket own = Ffmpeg.notNull(av_packet_clone(packet), "packet");
        boolean hidden = (packet.flags() & AV_PKT_FLAG_DISCARD) != 0;
        PacketGroup.PacketCandidate candidate =
                hidden ? null : new PacketGroup.PacketCandidate(current, store, packet.pts(), key);
        current.items.add(new PacketGroup.Item(own, candidate));
        current.bytes += packet.size();
        if (candidate != null) {
            endTicks = Math.max(endTicks, packet.pts() + file.durationTicks(packet.duration()));
            reorder.add(candidate);
            if (reorder.size() > REORDER) {
                release();
            }
        }
        av_packet_unref(packet);
        while (!waiting.isEmpty() && waiting.peek().ready()) {
            dispatch(waiting.poll());
        }
    }

    private static boolean changesDecoder(AVPacket packet) {
        for (int i = 0; i < packet.side_data_elems(); i++) {
            int type = packet.side_data().getPointer(i).type();
            if (type == AV_PKT_DATA_NEW_EXTRADATA || type == AV_PKT_DATA_PARAM_CHANGE) {
                return true;
            }
        }
        return false;
    }

    /** Hands the earliest frame that no later packet can precede to the sampler. */
    private void release() throws IOException, NeedsFullDecodeException {
        PacketGroup.PacketCandidate next = reorder.poll();
        if (next.ticks <= lastReleased) {
            throw new NeedsFullDecodeException("presentation times out of order");
        }
        lastReleased = next.ticks;
        sampler.offer(next);
    }

    private void dispatch(PacketGroup group) throws IOException, NeedsFullDecodeException {
        boolean alone = !group.continues && !group.continued;
        if (alone && group.wanted == 0) {
            group.done();
            return;
        }
        // One more than can run, so that a decoder finds its next group waiting. Any that ends is
        // room enough: behind a long group the other decoders go on.
        while (underWay > slots.share()) {
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
                                decode(group, its);
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
            if (cause instanceof DamagedFrameException damaged) {
                throw new NeedsFullDecodeException(damaged.getMessage());
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

    private void decode(PacketGroup group, Chain its) throws IOException, NeedsFullDecodeException {
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
        if (group.continued) {
            until = group.items.size();
        }
        List<PacketGroup.Item> items = group.items.subList(0, until);
        boolean whole = !group.continues && !group.continued;
        Map<Integer, byte[]> needless = whole ? needless(items, wanted) : Map.of();
        feed(items, needless, worker, its);
        if (!group.continued) {
            drain(worker, its);
            if (!its.awaited.isEmpty() && group.previous() != null && !group.continues) {
                // Frames that lead an open group need the group before.
                if (group.previous().continues || group.previous().continued) {
                    throw new NeedsFullDecodeException("an open group after a long one");
                }
                feed(group.previous().items, Map.of(), worker, its);
                feed(items, Map.of(), worker, its);
                drain(worker, its);
            }
            if (!its.awaited.isEmpty()) {
                throw new NeedsFullDecodeException("a wanted frame that does not come out");
            }
            idle.push(worker);
        }
        group.done();
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
            if (abandoned || cancellation.requested()) {
                throw new InterruptedRunException();
            }
            byte[] headers = needless.get(i);
            if (headers != null) {
                its.unmade.add(item.packet().pts());
                check(worker.decoder.sendHeaders(item.packet(), headers, sink));
                continue;
            }
            PacketGroup.PacketCandidate candidate = item.candidate();
            boolean needed = candidate != null && its.awaited.containsKey(candidate.ticks);
            check(worker.decoder.send(item.packet(), !needed, sink));
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
        if (its.unmade.remove(frame.pts())) {
            return;
        }
        if (Decoder.damaged(frame)) {
            throw new DamagedFrameException();
        }
        PacketGroup.PacketCandidate candidate = its.awaited.remove(frame.pts());
        if (candidate != null) {
            worker.store(frame, candidate.number, candidate.ticks, store);
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

    /** A frame came out damaged; thrown through the decoder's callback. */
    static final class DamagedFrameException extends IOException {
        private static final long serialVersionUID = 1L;

        DamagedFrameException() {
            super("a damaged frame");
        }
    }
}
