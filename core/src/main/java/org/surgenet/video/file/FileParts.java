package org.surgenet.video.file;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;

/** Parts of an open file, read as if they were one file; nothing of them is held in memory. */
public final class FileParts implements AutoCloseable {
    /** Parts that are held at most, 64 MB of places; one for each frame is a day of video. */
    public static final int MOST = 1 << 22;

    private final FileChannel channel;
    // Where each part lies in the file, and where it begins in the whole.
    private long[] places = new long[1];
    private long[] starts = new long[1];
    private int count;
    private long size;

    /** No part so far; closes the channel with itself. */
    public FileParts(FileChannel channel) {
        this.channel = channel;
    }

    /** A whole file as its only part. */
    public static FileParts whole(Path file) throws IOException {
        FileChannel channel = FileChannel.open(file, StandardOpenOption.READ);
        FileParts parts = new FileParts(channel);
        boolean opened = false;
        try {
            parts.add(0, channel.size());
            opened = true;
            return parts;
        } finally {
            if (!opened) {
                channel.close();
            }
        }
    }

    /**
     * Adds a part behind the others; an empty one is passed over.
     *
     * @throws IOException if there are more than {@link #MOST}
     */
    public void add(long place, long length) throws IOException {
        if (length == 0) {
            return;
        }
        if (count == MOST) {
            throw new IOException("its pixel data has more than " + MOST + " fragments");
        }
        if (count == places.length) {
            places = Arrays.copyOf(places, 2 * count);
            starts = Arrays.copyOf(starts, 2 * count);
        }
        places[count] = place;
        starts[count] = size;
        count++;
        size += length;
    }

    public int count() {
        return count;
    }

    /** Bytes of all parts. */
    public long size() {
        return size;
    }

    /** Where in the file a byte of the whole lies; behind the last part for one behind the end. */
    public long inFile(long at) {
        int part = part(at);
        return part < 0 ? at : places[part] + at - starts[part];
    }

    private int part(long at) {
        int found = Arrays.binarySearch(starts, 0, count, at);
        return found >= 0 ? found : -found - 2;
    }

    /**
     * Reads on from a byte of the whole, not beyond the end of its part.
     *
     * @return how many bytes, or -1 at the end, also if the file has become shorter
     */
    public int read(ByteBuffer into, long at) throws IOException {
        if (at < 0 || at >= size) {
            return -1;
        }
        int part = part(at);
        long end = part + 1 < count ? starts[part + 1] : size;
        int limit = into.limit();
        into.limit((int) Math.min(limit, into.position() + end - at));
        try {
            return channel.read(into, places[part] + at - starts[part]);
        } finally {
            into.limit(limit);
        }
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            // Nothing is lost with a file that was only read.
            return;
        }
    }
}
