package org.surgenet.video.codec;

import java.nio.ByteBuffer;

/** Codecs whose packets hold all that their pictures are made of, but for the parameters. */
final class IntraStarts extends HeaderParser {
    @Override
    PacketKind parse(ByteBuffer data) {
        return PacketKind.INTRA;
    }
}
