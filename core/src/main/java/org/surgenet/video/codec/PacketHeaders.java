package org.surgenet.video.codec;

/** What a packet's headers say: its kind, or that the stream cannot be decoded in groups. */
public sealed interface PacketHeaders permits PacketKind, Unclear {}
