package org.surgenet.video.codec;

/**
 * Of what a stream's pictures are made is not certain, so that it cannot be decoded in groups. At
 * which packet that is found out does not matter.
 *
 * @param reason what was found, without a subject
 */
public record Unclear(String reason) implements PacketHeaders {}
