package org.surgenet.video.decode;

import static org.bytedeco.ffmpeg.global.avcodec.*;
import static org.bytedeco.ffmpeg.global.avutil.*;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Future;
import org.surgenet.video.ffmpeg.Ffmpeg;

/**
 * The decoding of one group of pictures, which may come in parts: these share a decoder and what
 * they wait for. One thread at a time.
 */
final class DecodeChain {
    /** Wanted frames that have not come out, by their times. */
    final Map<Long, PacketGroup.PacketCandidate> awaited = new HashMap<>();

    /** Times of pictures of which the decoder was given the headers alone. */
    final Set<Long> unmade = new HashSet<>();

    /** Sums of frames from a decoding in full, by their times; null for one that is missing. */
    Map<Long, Long> expected = Map.of();

    long lastShown = Long.MIN_VALUE;
    DecodeWorker worker;

    /** The decoding of the latest part; null before the first. */
    Future<Optional<FullDecode>> last;

    private FullDecode refusal;

    /** Why the frames are not to be kept; the first reason counts. */
    Optional<FullDecode> refusal() {
        return Optional.ofNullable(refusal);
    }

    void refuse(String reason) {
        refuse(new FullDecode(reason, false));
    }

    /** A frame is not that of a full decode. */
    void refuseAsDifferent(String reason) {
        refuse(new FullDecode(reason, true));
    }

    /**
     * @param code what FFmpeg returned
     */
    void refuseIfFailed(int code) {
        if (code < 0) {
            refuse(Ffmpeg.message(code));
        }
    }

    private void refuse(FullDecode reason) {
        refusal = refusal == null ? reason : refusal;
    }
}
