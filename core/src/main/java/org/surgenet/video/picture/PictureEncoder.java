package org.surgenet.video.picture;

import static org.bytedeco.ffmpeg.global.avcodec.*;
import static org.bytedeco.ffmpeg.global.avutil.*;

import java.io.IOException;
import org.bytedeco.ffmpeg.avcodec.AVCodec;
import org.bytedeco.ffmpeg.avcodec.AVCodecContext;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avutil.AVDictionary;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.ShortPointer;
import org.surgenet.video.ffmpeg.Ffmpeg;

/**
 * Encodes pictures as the bytes of image files. The same picture gives the same bytes; nothing of
 * the video's metadata gets into them. One thread at a time.
 */
public final class PictureEncoder implements AutoCloseable {
    /** The tables of ITU-T T.81, annex K, that libjpeg's qualities scale; row by row. */
    private static final int[] LUMA = {
        16, 11, 10, 16, 24, 40, 51, 61, 12, 12, 14, 19, 26, 58, 60, 55, 14, 13, 16, 24, 40, 57, 69,
        56, 14, 17, 22, 29, 51, 87, 80, 62, 18, 22, 37, 56, 68, 109, 103, 77, 24, 35, 55, 64, 81,
        104, 113, 92, 49, 64, 78, 87, 103, 121, 120, 101, 72, 92, 95, 98, 112, 100, 103, 99
    };

    private static final int[] CHROMA = {
        17, 18, 24, 47, 99, 99, 99, 99, 18, 21, 26, 66, 99, 99, 99, 99, 24, 26, 56, 99, 99, 99, 99,
        99, 47, 66, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99,
        99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99
    };

    /** With this quantiser FFmpeg's encoder takes the tables as they are. */
    private static final int NEUTRAL_QUANTISER = 8;

    private final ImageFormat format;
    private final int quality;
    private final AVPacket packet = av_packet_alloc();
    private AVCodecContext encoder;
    private long count;

    public PictureEncoder(PictureRequest request) {
        this.format = request.format();
        this.quality = request.quality();
    }

    /** The bytes of the image file that holds {@code picture}. */
    public byte[] encode(AVFrame picture) throws IOException {
        if (encoder == null
                || encoder.width() != picture.width()
                || encoder.height() != picture.height()
                || encoder.pix_fmt() != picture.format()) {
            open(picture);
        }
        picture.pict_type(AV_PICTURE_TYPE_NONE);
        picture.quality(encoder.global_quality());
        // The encoder takes rising times only; they do not get into the image.
        picture.pts(count++);
        Ffmpeg.check(avcodec_send_frame(encoder, picture), "image encoder");
        int code = avcodec_receive_packet(encoder, packet);
        Ffmpeg.check(code, "image encoder");
        byte[] bytes = new byte[packet.size()];
        packet.data().capacity(bytes.length).get(bytes);
        av_packet_unref(packet);
        return bytes;
    }

    private void open(AVFrame picture) throws IOException {
        close(false);
        String name =
                switch (format) {
                    case JPG -> "mjpeg";
                    case PNG -> "png";
                    case WEBP -> "libwebp";
                };
        AVCodec codec = Ffmpeg.notNull(avcodec_find_encoder_by_name(name), "no encoder " + name);
        encoder = Ffmpeg.notNull(avcodec_alloc_context3(codec), "image encoder");
        encoder.width(picture.width()).height(picture.height()).pix_fmt(picture.format());
        encoder.time_base(av_make_q(1, 1));
        encoder.color_range(picture.color_range());
        encoder.thread_count(1);
        encoder.flags(encoder.flags() | AV_CODEC_FLAG_BITEXACT);
        AVDictionary options = new AVDictionary(null);
        switch (format) {
            case JPG -> {
                encoder.flags(encoder.flags() | AV_CODEC_FLAG_QSCALE);
                encoder.global_quality(NEUTRAL_QUANTISER * FF_QP2LAMBDA);
                encoder.intra_matrix(table(LUMA));
                encoder.chroma_intra_matrix(table(CHROMA));
            }
            case PNG -> av_dict_set(options, "pred", "mixed", 0);
            case WEBP -> av_dict_set(options, "quality", Integer.toString(quality), 0);
        }
        int code = avcodec_open2(encoder, codec, options);
        av_dict_free(options);
        Ffmpeg.check(code, "image encoder " + name);
    }

    /** libjpeg's {@code jpeg_quality_scaling}; freed by FFmpeg with the encoder. */
    private ShortPointer table(int[] base) {
        int scale = quality < 50 ? 5000 / quality : 200 - 2 * quality;
        Pointer memory = av_malloc(2L * base.length);
        ShortPointer table = new ShortPointer(memory).capacity(base.length);
        for (int i = 0; i < base.length; i++) {
            table.put(i, (short) Math.max(1, Math.min(255, (base[i] * scale + 50) / 100)));
        }
        return table;
    }

    private void close(boolean all) {
        if (encoder != null) {
            avcodec_free_context(encoder);
            encoder = null;
        }
        if (all) {
            av_packet_free(packet);
        }
    }

    @Override
    public void close() {
        close(true);
    }
}
