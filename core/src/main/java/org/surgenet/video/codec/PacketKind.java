package org.surgenet.video.codec;

/**
 * What a codec's own headers say of a packet.
 *
 * @param start decoding that begins here gives every picture from here on as a decoding of the
 *     whole stream does, but for leading pictures, which are shown before this one
 * @param key whether the decoder calls its picture a key frame
 * @param shown whether a frame comes out for it
 * @param skippable whether it is a non-reference picture (in H.264, nal_ref_idc is 0)
 */
public record PacketKind(boolean start, boolean key, boolean shown, boolean skippable)
        implements PacketHeaders {
    /** An intra picture of a codec that has no others. */
    static final PacketKind INTRA = new PacketKind(true, true, true, false);

    /** Parameters without a picture. */
    static final PacketKind NO_PICTURE = new PacketKind(false, false, false, false);
}
