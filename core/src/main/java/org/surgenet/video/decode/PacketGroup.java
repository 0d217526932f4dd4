package org.surgenet.video.decode;

import static org.bytedeco.ffmpeg.global.avcodec.av_packet_free;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.surgenet.video.picture.FrameSink;
import org.surgenet.video.sampling.Candidate;

/**
 * Packets from where decoding can begin up to the next such place, or a part of so many where that
 * would be too much to hold at once. Its packets live as long as it or its successor may be
 * decoded.
 */
final class PacketGroup {
    /**
     * A group's packet and the frame that it promises; none for packets that are not shown.
     *
     * @param skippable whether it is a non-reference picture
     */
    record Item(AVPacket packet, PacketCandidate candidate, boolean skippable) {}

    /** A frame still in its packet. */
    static final class PacketCandidate extends Candidate {
        private final PacketGroup group;
        private final FrameSink store;

        /** How many frames come before it in the file. */
        final long index;

        long number = -1;
        boolean wanted;

        PacketCandidate(PacketGroup group, FrameSink store, long ticks, boolean key, long index) {
            super(ticks, key);
            this.group = group;
            this.store = store;
            this.index = index;
            group.undecided++;
        }

        @Override
        public void taken(long frame) {
            number = frame;
            wanted = !store.has(frame, ticks());
            group.undecided--;
            if (wanted) {
                group.wanted++;
            }
        }

        @Override
        public void left() {
            group.undecided--;
        }
    }

    final List<Item> items = new ArrayList<>();
    private final Set<PacketGroup> live;
    private volatile PacketGroup previous;

    /** Whether it goes on where the previous part stopped, without a key frame. */
    final boolean continues;

    /** Set when the next part goes on with this one's group. */
    boolean continued;

    boolean complete;
    int undecided;
    int wanted;
    long bytes;
    private final AtomicInteger holders = new AtomicInteger(2);

    PacketGroup(PacketGroup previous, boolean continues, Set<PacketGroup> live) {
        this.live = live;
        live.add(this);
        this.previous = previous;
        this.continues = continues;
    }

    boolean ready() {
        return complete && undecided == 0;
    }

    /** The group before, while this one may need it. */
    PacketGroup previous() {
        return previous;
    }

    /** This group has been dealt with: it and its predecessor lose a holder. */
    void done() {
        PacketGroup before = previous;
        // Without this each group would keep all before it.
        previous = null;
        release();
        if (before != null) {
            before.release();
        }
    }

    /** One of the two holders, the group itself and its successor, needs it no more. */
    private void release() {
        if (holders.decrementAndGet() == 0) {
            free();
        }
    }

    void free() {
        live.remove(this);
        items.forEach(item -> av_packet_free(item.packet()));
        items.clear();
    }
}
