package org.surgenet.video.decode;

import java.util.Optional;

/**
 * Why decoding by groups cannot give the frames of a full decode, so that the whole video has to be
 * decoded.
 *
 * @param reason what was found
 * @param differs whether a frame decoded in part was not that of a full decode: the self-check
 *     found it out, and it is a fault of this program
 */
public record FullDecode(String reason, boolean differs) {
    /** The refusal to decode by groups for an ordinary reason. */
    public static Optional<FullDecode> because(String reason) {
        return Optional.of(new FullDecode(reason, false));
    }
}
