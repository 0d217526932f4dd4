package org.surgenet.video.codec;

import static org.bytedeco.ffmpeg.global.avcodec.*;
import static org.bytedeco.ffmpeg.global.avutil.AV_PIX_FMT_PAL8;

import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.Set;
import org.bytedeco.ffmpeg.avcodec.AVCodecParameters;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.surgenet.video.ffmpeg.Ffmpeg;

/**
 * Where a group of pictures (GOP) may begin: where a decoder that has seen nothing but the stream's
 * parameters goes on exactly as one that has seen all before. That takes more than an intra
 * picture. Pictures behind it must not refer past it, leading pictures aside, and nothing else that
 * packets before it have told the decoder may matter: parameter sets, tables, matrices, palettes,
 * the name of an encoder whose errors the decoder imitates. What the container calls a key frame
 * says nothing of that, so the codec's own headers decide; a codec that is not known here has no
 * groups.
 */
public interface GroupStarts {
    /** Codecs whose packets hold all that their pictures are made of, but for the parameters. */
    Set<Integer> INTRA =
            Set.of(
                    AV_CODEC_ID_PRORES,
                    AV_CODEC_ID_DNXHD,
                    AV_CODEC_ID_DVVIDEO,
                    AV_CODEC_ID_HUFFYUV,
                    AV_CODEC_ID_FFVHUFF,
                    AV_CODEC_ID_UTVIDEO,
                    AV_CODEC_ID_MAGICYUV,
                    AV_CODEC_ID_JPEG2000,
                    AV_CODEC_ID_PNG,
                    AV_CODEC_ID_V210,
                    AV_CODEC_ID_RAWVIDEO);

    /** Looks at the next packet; to be called for each, in the stream's order. */
    PacketHeaders look(AVPacket packet);

    /** For a video's stream; empty if its groups are not known. */
    static Optional<GroupStarts> of(AVCodecParameters codec) {
        byte[] extra = Ffmpeg.head(codec);
        int id = codec.codec_id();
        if (INTRA.contains(id) && codec.format() != AV_PIX_FMT_PAL8) {
            return Optional.of(new IntraStarts());
        }
        return Optional.ofNullable(parser(id, ByteBuffer.wrap(extra)));
    }

    private static HeaderParser parser(int codec, ByteBuffer extra) {
        try {
            return switch (codec) {
                case AV_CODEC_ID_H264 -> new H264Starts(extra);
                case AV_CODEC_ID_HEVC -> new HevcStarts(extra);
                case AV_CODEC_ID_MPEG1VIDEO, AV_CODEC_ID_MPEG2VIDEO -> new Mpeg2Starts();
                case AV_CODEC_ID_MPEG4 -> new Mpeg4Starts(extra);
                case AV_CODEC_ID_VP8 -> new Vp8Starts();
                case AV_CODEC_ID_VP9 -> new Vp9Starts();
                case AV_CODEC_ID_AV1 -> new Av1Starts(extra);
                case AV_CODEC_ID_MJPEG -> new MjpegStarts();
                case AV_CODEC_ID_FFV1 -> new Ffv1Starts();
                default -> null;
            };
        } catch (UnclearStreamException | IndexOutOfBoundsException e) {
            return null;
        }
    }
}
