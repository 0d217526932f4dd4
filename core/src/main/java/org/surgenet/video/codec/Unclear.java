package org.surgenet.video.codec;

/**
 * It is not certain what a stream's pictures refer to, so that it cannot be decoded by groups. At
 * which packet that is found out does not matter.
 *
 * @param reason what was found, without a subject
 */
public record Unclear(String reason) implements PacketHeaders {}
