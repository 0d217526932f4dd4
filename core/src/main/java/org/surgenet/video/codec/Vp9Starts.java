package org.surgenet.video.codec;

import java.nio.ByteBuffer;

/**
 * VP9: groups begin at key frames, which set all references and contexts anew. Several frames may
 * lie in a packet, of which one is shown.
 */
final class Vp9Starts extends HeaderParser {
    /** One frame's header. */
    private record Frame(boolean key, boolean shown) {}

    @Override
    PacketKind parse(ByteBuffer data) throws UnclearStreamException {
        int shown = 0;
        Frame first = null;
        int marker = data.get(data.limit() - 1) & 0xff;
        int count = (marker & 7) + 1;
        int bytes = (marker >> 3 & 3) + 1;
        int index = data.limit() - 2 - count * bytes;
        boolean several =
                (marker & 0xe0) == 0xc0 && index > 0 && (data.get(index) & 0xff) == marker;
        int at = 0;
        for (int i = 0; i < (several ? count : 1); i++) {
            int size = several ? size(data, index + 1 + i * bytes, bytes) : data.limit();
            if (size > 0) {
                Frame frame = frame(data, at);
                first = first == null ? frame : first;
                shown += frame.shown() ? 1 : 0;
            }
            at += size;
        }
        if (shown > 1) {
            throw new UnclearStreamException("two frames in a packet");
        }
        boolean key = first != null && first.key();
        return new PacketKind(key, key, shown > 0, false);
    }

    private static int size(ByteBuffer data, int at, int bytes) throws UnclearStreamException {
        long size = 0;
        for (int i = bytes - 1; i >= 0; i--) {
            size = size << 8 | data.get(at + i) & 0xff;
        }
        if (size > data.limit()) {
            throw new UnclearStreamException("a frame beyond the packet");
        }
        return (int) size;
    }

    private static Frame frame(ByteBuffer data, int at) throws UnclearStreamException {
        int head = data.get(at) & 0xff;
        if (head >> 6 != 2) {
            throw new UnclearStreamException("a frame without its marker");
        }
        // Profile 3 has a bit more.
        int next = (head & 0x30) == 0x30 ? head << 5 : head << 4;
        if ((next & 0x80) != 0) {
            return new Frame(false, true);
        }
        return new Frame((next & 0x40) == 0, (next & 0x20) != 0);
    }
}
