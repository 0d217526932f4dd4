package org.surgenet.video.decode;

import static org.bytedeco.ffmpeg.global.avcodec.*;
import static org.bytedeco.ffmpeg.global.avutil.*;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.Future;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.surgenet.common.Cancellation;
import org.surgenet.common.InterruptedRunException;
import org.surgenet.video.codec.GroupStarts;
import org.surgenet.video.codec.PacketHeaders;
import org.surgenet.video.codec.PacketKind;
import org.surgenet.video.codec.Unclear;
import org.surgenet.video.container.VideoFile;
import org.surgenet.video.ffmpeg.Ffmpeg;
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
 * up with the reason, a {@link FullDecode}.
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

    private final VideoFile file;
    private final Sampler sampler;
    private final FrameSink store;
    private final DecodeSlots slots;
    private final GroupStarts starts;
    private final SelfCheck selfCheck;
    private final GroupDecoder decoder;
    private final Cancellation cancellation;
    private final PriorityQueue<PacketGroup.PacketCandidate> reorder =
            new PriorityQueue<>(Comparator.comparingLong(c -> c.ticks()));
    private final Deque<PacketGroup> waiting = new ArrayDeque<>();
    private final ExecutorCompletionService<Optional<FullDecode>> ended;
    private final Set<PacketGroup> live = ConcurrentHashMap.newKeySet();
    private PacketGroup current;
    private DecodeChain chain;
    private long firstKeyTicks = Long.MAX_VALUE;
    private long lastReleased = Long.MIN_VALUE;
    private long endTicks = Long.MIN_VALUE;
    private long shown;
    private int underWay;
    private volatile boolean abandoned;

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
        this.sampler = sampler;
        this.store = store;
        this.slots = slots;
        this.ended = new ExecutorCompletionService<>(slots.threads());
        this.cancellation = cancellation;
        this.starts = starts;
        this.selfCheck = selfCheck;
        this.decoder = new GroupDecoder(file, request, crop, store, this::isStopped);
    }

    /** What is told of each packet read: its size in bytes. */
    public interface ByteCount {
        void read(long bytes);
    }

    /**
     * Extracts the wanted frames.
     *
     * @return why the whole video must be decoded instead; empty if all wanted frames are stored
     */
    public Optional<FullDecode> run(ByteCount count) throws IOException {
        AVPacket packet = av_packet_alloc();
        try {
            Optional<FullDecode> refusal = read(packet, count);
            if (refusal.isEmpty()) {
                refusal = finish();
            }
            if (refusal.isEmpty()) {
                decoder.noteErrors();
            }
            return refusal;
        } finally {
            av_packet_free(packet);
            close();
        }
    }

    private Optional<FullDecode> read(AVPacket packet, ByteCount count) throws IOException {
        while (!sampler.finished() && file.read(packet)) {
            cancellation.check();
            count.read(packet.size());
            Optional<FullDecode> refusal = accept(packet);
            if (refusal.isEmpty()) {
                refusal = damage();
            }
            if (refusal.isPresent()) {
                return refusal;
            }
        }
        return damage();
    }

    private Optional<FullDecode> damage() {
        return Optional.ofNullable(file.damage()).flatMap(FullDecode::because);
    }

    /** Decodes what is left when all packets have been read. */
    private Optional<FullDecode> finish() throws IOException {
        Optional<FullDecode> refusal = Optional.empty();
        while (refusal.isEmpty() && !reorder.isEmpty()) {
            refusal = release();
        }
        if (refusal.isPresent()) {
            return refusal;
        }
        sampler.end(endTicks);
        if (current != null) {
            current.complete = true;
            waiting.add(current);
        }
        while (refusal.isEmpty() && !waiting.isEmpty()) {
            refusal = dispatch(waiting.poll());
        }
        while (refusal.isEmpty() && underWay > 0) {
            refusal = awaitAny();
        }
        return refusal;
    }

    private Optional<FullDecode> accept(AVPacket packet) throws IOException {
        if (packet.pts() == AV_NOPTS_VALUE) {
            return FullDecode.because("packets without presentation times");
        }
        if ((packet.flags() & AV_PKT_FLAG_CORRUPT) != 0) {
            return FullDecode.because("a packet that may be cut off, where parts are joined");
        }
        PacketHeaders headers = starts.look(packet);
        return headers instanceof Unclear unclear
                ? FullDecode.because(unclear.reason())
                : accept(packet, (PacketKind) headers);
    }

    private Optional<FullDecode> accept(AVPacket packet, PacketKind kind) throws IOException {
        if (kind.key() && firstKeyTicks == Long.MAX_VALUE) {
            firstKeyTicks = packet.pts();
        }
        Optional<FullDecode> refusal = obstacle(packet, kind);
        if (refusal.isPresent()) {
            return refusal;
        }
        if (current == null || kind.start() || isFull(current)) {
            beginGroup(kind.start());
        }
        if (add(packet, kind) && reorder.size() > (file.reorders() ? REORDER : 0)) {
            refusal = release();
        }
        av_packet_unref(packet);
        while (refusal.isEmpty() && !waiting.isEmpty() && waiting.peek().ready()) {
            refusal = dispatch(waiting.poll());
        }
        return refusal;
    }

    /** What a packet's place tells against decoding by groups. */
    private Optional<FullDecode> obstacle(AVPacket packet, PacketKind kind) {
        if (sampler.countsFrames() && packet.pts() < firstKeyTicks) {
            // A decoder leaves some of them out, which its packets do not tell.
            return FullDecode.because("frames before the first key frame");
        }
        if (file.partBegins() && !kind.start()) {
            // Its frames are made, and may be shown, between those of the part before.
            return FullDecode.because("parts joined inside a group of pictures");
        }
        if (current == null && !kind.start()) {
            // How much of it comes out only a decoder knows.
            return FullDecode.because("a beginning inside a group of pictures");
        }
        return Optional.empty();
    }

    private static boolean isFull(PacketGroup group) {
        return group.items.size() >= MAX_PACKETS || group.bytes >= MAX_BYTES;
    }

    /**
     * @param start whether decoding can begin here; if not, the group before goes on
     */
    private void beginGroup(boolean start) {
        boolean continues = current != null && !start;
        if (current != null) {
            current.complete = true;
            current.continued = continues;
            waiting.add(current);
        }
        current = new PacketGroup(current, continues, live);
    }

    /**
     * Adds a packet to the current group.
     *
     * @return whether a frame comes out for it
     */
    private boolean add(AVPacket packet, PacketKind kind) throws IOException {
        AVPacket own = Ffmpeg.notNull(av_packet_clone(packet), "packet");
        current.bytes += packet.size();
        if (!kind.shown() || (packet.flags() & AV_PKT_FLAG_DISCARD) != 0) {
            current.items.add(new PacketGroup.Item(own, null, kind.skippable()));
            return false;
        }
        PacketGroup.PacketCandidate candidate =
                new PacketGroup.PacketCandidate(current, store, packet.pts(), kind.key(), shown++);
        current.items.add(new PacketGroup.Item(own, candidate, kind.skippable()));
        endTicks = Math.max(endTicks, packet.pts() + file.durationTicks(packet.duration()));
        reorder.add(candidate);
        return true;
    }

    /** Hands the earliest frame that no later packet can precede to the sampler. */
    private Optional<FullDecode> release() throws IOException {
        PacketGroup.PacketCandidate next = reorder.poll();
        // One that waits for later ones without end has a time that is far ahead of its place.
        if (next.ticks() <= lastReleased || shown - next.index > 2 * REORDER) {
            return FullDecode.because("presentation times out of order");
        }
        lastReleased = next.ticks();
        sampler.offer(next);
        return Optional.empty();
    }

    private Optional<FullDecode> dispatch(PacketGroup group) throws IOException {
        boolean alone = !group.continues && !group.continued;
        SelfCheck.Extent extent =
                group.continues ? SelfCheck.Extent.NOTHING : selfCheck.choose(group);
        if (alone && group.wanted == 0) {
            group.done();
            return Optional.empty();
        }
        Optional<FullDecode> refusal = awaitRoom();
        if (refusal.isEmpty() && group.continues && chain.last != null) {
            refusal = await(chain.last);
        }
        if (refusal.isEmpty()) {
            submit(group, extent);
        }
        return refusal;
    }

    /**
     * Waits until there is room for one more than can run, so that a decoder finds its next group
     * waiting. Any that ends is room enough: behind a long group the other decoders go on.
     */
    private Optional<FullDecode> awaitRoom() throws IOException {
        Optional<FullDecode> refusal = Optional.empty();
        while (refusal.isEmpty() && (underWay > slots.share() || underWay > 0 && store.isFull())) {
            refusal = awaitAny();
        }
        return refusal;
    }

    private void submit(PacketGroup group, SelfCheck.Extent extent) {
        if (!group.continues) {
            chain = new DecodeChain();
        }
        DecodeChain its = chain;
        its.last =
                ended.submit(
                        () -> abandoned ? Optional.empty() : decoder.decode(group, its, extent));
        underWay++;
    }

    private Optional<FullDecode> awaitAny() throws IOException {
        try {
            Future<Optional<FullDecode>> future = ended.take();
            underWay--;
            return await(future);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedRunException();
        }
    }

    private static Optional<FullDecode> await(Future<Optional<FullDecode>> future)
            throws IOException {
        try {
            return future.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedRunException();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof IOException io) {
                throw io;
            }
            if (e.getCause() instanceof RuntimeException runtime) {
                throw runtime;
            }
            throw new IllegalStateException(e.getCause());
        }
    }

    private boolean isStopped() {
        return abandoned || cancellation.requested();
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
        decoder.close();
        List.copyOf(live).forEach(PacketGroup::free);
    }
}
