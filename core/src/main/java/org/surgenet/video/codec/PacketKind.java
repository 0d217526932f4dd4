package org.surgenet.video.codec;

/**
 * What a codec's own headers say of a packet.
 *
 * @param start decoding that begins here gives every picture from here on as a decoding of the
 *     whole stream does, but for pictures that are shown before this one
 * @param key whether the decoder calls its picture a key frame
 * @param shown whether a frame comes out for it
 * @param skippable whether no other picture is made of it
 */
public record PacketKind(boolean start, boolean key, boolean shown, boolean skippable)
        implements PacketHeaders {
    /** A picture that is made of nothing else, where all are. */
    static final PacketKind INTRA = new PacketKind(true, true, true, false);

    /** Parameters without a picture. */
    static final PacketKind NO_PICTURE = new PacketKind(false, false, false, false);
}
