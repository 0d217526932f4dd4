package org.surgenet.video.codec;

import java.nio.ByteBuffer;

/**
 * Motion JPEG: each picture stands alone that has all tables it names. A decoder keeps the tables
 * of earlier ones, and begins with the usual ones of Huffman.
 */
final class MjpegStarts extends HeaderParser {
    private static final int BEGIN = 0xd8;
    private static final int HUFFMAN = 0xc4;
    private static final int ARITHMETIC = 0xcc;
    private static final int LOSSLESS_EXTENSION = 0xc8;
    private static final int SCAN = 0xda;
    private static final int QUANTISATION = 0xdb;

    private boolean huffmanSeen;

    @Override
    PacketKind parse(ByteBuffer data) throws UnclearStreamException {
        int quantisation = 0;
        int huffman = 0;
        int quantisationNamed = 0;
        boolean frame = false;
        if ((data.getShort(0) & 0xffff) != (0xff00 | BEGIN)) {
            throw new UnclearStreamException("a picture that does not begin");
        }
        int at = 2;
        while (true) {
            while ((data.get(at) & 0xff) == 0xff) {
                at++;
            }
            int marker = data.get(at++) & 0xff;
            int end = at + (data.getShort(at) & 0xffff);
            int body = at + 2;
            if (marker == SCAN) {
                int named = named(data, body);
                boolean usual = huffman == 0 && !huffmanSeen;
                boolean alone =
                        frame
                                && (quantisationNamed & ~quantisation) == 0
                                && (usual || (named & ~huffman) == 0);
                huffmanSeen |= huffman != 0;
                return new PacketKind(alone, true, true, false);
            }
            if (marker == QUANTISATION) {
                for (int i = body; i < end; i += 1 + (data.get(i) >> 4 == 0 ? 64 : 128)) {
                    quantisation |= 1 << (data.get(i) & 15);
                }
            } else if (marker == HUFFMAN) {
                huffman |= huffman(data, body, end);
            } else if (marker == LOSSLESS_EXTENSION || marker == ARITHMETIC) {
                throw new UnclearStreamException("an unusual JPEG");
            } else if (marker >= 0xc0 && marker <= 0xcf) {
                frame = true;
                for (int i = 0; i < data.get(body + 5); i++) {
                    quantisationNamed |= 1 << (data.get(body + 6 + 3 * i + 2) & 15);
                }
            }
            at = end;
        }
    }

    /** One bit for each table: of DC below, of AC from 16 on. */
    private static int huffman(ByteBuffer data, int from, int end) {
        int tables = 0;
        int at = from;
        while (at < end) {
            tables |= 1 << (data.get(at) & 0x1f);
            int codes = 0;
            for (int i = 1; i <= 16; i++) {
                codes += data.get(at + i) & 0xff;
            }
            at += 17 + codes;
        }
        return tables;
    }

    /** The tables that the first scan names; further ones name the same or their own. */
    private static int named(ByteBuffer data, int body) {
        int tables = 0;
        for (int i = 0; i < data.get(body); i++) {
            int ids = data.get(body + 2 + 2 * i);
            tables |= 1 << (ids >> 4 & 15) | 1 << 16 + (ids & 15);
        }
        return tables;
    }
}
