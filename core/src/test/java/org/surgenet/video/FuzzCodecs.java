package org.surgenet.video;

import java.util.List;

/**
 * The encoders that the fuzzer draws from, each with random settings. Those with groups of pictures
 * come up more often. No encoder at hand makes H.264 of fields in pictures of their own (PAFF) or
 * sets long-term references by itself; x264's pyramids with few references make MMCO commands.
 */
final class FuzzCodecs {
    /** How a random encoding is called for. */
    interface Draw {
        /** Settings of the encoder as arguments of ffmpeg, separated by spaces. */
        String arguments(FuzzDice dice);
    }

    /**
     * An encoder.
     *
     * @param encoder its name in ffmpeg
     * @param weight how often it comes up
     * @param containers suffixes of the files that hold it
     * @param sizes width x height, separated by spaces; empty for any
     */
    record Codec(String encoder, int weight, String containers, String sizes, Draw draw) {}

    private static final String RATES_OF_DV = "720x576";

    static final List<Codec> ALL =
            List.of(
                    codec(
                            "libx264",
                            30,
                            "mp4 mp4 mov mkv mkv avi ts ts m2ts mpg vob nut flv mxf asf h264 3gp",
                            FuzzCodecs::x264),
                    codec("libx265", 14, "mp4 mov mkv ts m2ts nut hevc avi", FuzzCodecs::x265),
                    codec("libvpx", 6, "webm mkv avi ivf nut ogv", FuzzCodecs::vp8),
                    codec("libvpx-vp9", 7, "webm mkv mp4 ivf nut avi", FuzzCodecs::vp9),
                    codec("libsvtav1", 4, "mp4 mkv webm ivf obu", FuzzCodecs::svt),
                    codec("libaom-av1", 3, "mp4 mkv webm ivf obu", FuzzCodecs::aom),
                    codec("mpeg1video", 4, "mpg vob ts mkv mp4 avi nut m2v asf", FuzzCodecs::mpeg1),
                    codec(
                            "mpeg2video",
                            10,
                            "mpg vob ts m2ts mkv mp4 mov avi nut mxf m2v asf gxf",
                            FuzzCodecs::mpeg2),
                    codec("mpeg4", 10, "mp4 mov mkv avi ts nut m4v 3gp asf mxf", FuzzCodecs::mpeg4),
                    codec("libxvid", 6, "mp4 mov mkv avi ts nut m4v asf", FuzzCodecs::xvid),
                    codec("mjpeg", 4, "mov avi mkv nut mxf asf mjpeg mp4", FuzzCodecs::mjpeg),
                    codec("prores_ks", 2, "mov mkv mxf nut", FuzzCodecs::prores),
                    codec("prores_aw", 1, "mov mkv nut", d -> "-pix_fmt yuv422p10le"),
                    new Codec("dvvideo", 2, "dv avi mov mkv mxf nut", RATES_OF_DV, FuzzCodecs::dv),
                    codec("ffv1", 4, "mkv avi nut mov mxf", FuzzCodecs::ffv1),
                    codec("huffyuv", 1, "avi mkv nut mov", d -> pixels(d, "yuv422p rgb24 bgra")),
                    codec("ffvhuff", 2, "avi mkv nut mov", FuzzCodecs::ffvhuff),
                    codec("utvideo", 1, "avi mkv mov nut", d -> pixels(d, "yuv420p gbrp gbrap")),
                    codec("magicyuv", 1, "avi mkv nut", d -> pixels(d, "yuv420p yuv444p gbrap")),
                    codec("qtrle", 2, "mov mkv nut", FuzzCodecs::qtrle),
                    codec("png", 3, "mov mkv avi nut", d -> pixels(d, "pal8 rgb24 rgba gray ya8")),
                    codec("rawvideo", 3, "mov avi nut mkv", FuzzCodecs::raw),
                    codec("smc", 1, "mov nut", d -> "-pix_fmt pal8"),
                    codec("zmbv", 2, "avi mkv nut", FuzzCodecs::zmbv),
                    codec("v210", 1, "mov avi mkv", d -> "-pix_fmt yuv422p10le"),
                    codec("dnxhd", 1, "mov mkv mxf nut", d -> "-profile:v dnxhr_lb"),
                    codec("jpeg2000", 1, "mov mkv mxf avi", d -> pixels(d, "yuv420p rgb24")),
                    codec("ljpeg", 1, "mkv avi nut", d -> pixels(d, "yuvj420p yuvj444p bgra")),
                    codec("gif", 1, "gif", d -> pixels(d, "pal8 rgb8 bgr8 gray")),
                    codec("libtheora", 2, "ogv mkv nut", FuzzCodecs::gop),
                    codec("msmpeg4", 1, "avi asf mkv", FuzzCodecs::gop),
                    codec("wmv2", 1, "asf avi mkv", FuzzCodecs::gop),
                    codec("h263p", 1, "avi mov mkv 3gp", FuzzCodecs::gop),
                    codec("flv", 1, "flv avi mkv", FuzzCodecs::gop),
                    codec("snow", 1, "avi nut mkv", FuzzCodecs::gop),
                    codec("svq1", 1, "mov mkv", d -> "-pix_fmt yuv410p " + gop(d)));

    private FuzzCodecs() {}

    private static Codec codec(String encoder, int weight, String containers, Draw draw) {
        return new Codec(encoder, weight, containers, "", draw);
    }

    /** One of all, by their weights. */
    static Codec draw(FuzzDice dice) {
        int left = dice.between(1, ALL.stream().mapToInt(Codec::weight).sum());
        for (Codec codec : ALL) {
            left -= codec.weight();
            if (left <= 0) {
                return codec;
            }
        }
        throw new AssertionError("the weights' sum");
    }

    private static String pixels(FuzzDice dice, String formats) {
        return "-pix_fmt " + dice.word(formats);
    }

    private static String gop(FuzzDice dice) {
        return "-g " + dice.between(1, 40) + " -q:v " + dice.between(2, 20);
    }

    private static String x264(FuzzDice d) {
        boolean scans = d.chance(0.2);
        String parameters =
                "threads=1"
                        + ":keyint="
                        + d.between(1, 50)
                        + ":min-keyint="
                        + d.between(1, 8)
                        + ":bframes="
                        + d.between(0, 6)
                        + ":b-pyramid="
                        + d.word("none strict normal")
                        + ":b-adapt="
                        + d.between(0, 2)
                        + ":ref="
                        + d.word("1 1 2 3 4 6 16")
                        + ":weightp="
                        + d.between(0, 2)
                        + ":weightb="
                        + d.between(0, 1)
                        + ":cabac="
                        + d.between(0, 1)
                        + ":direct="
                        + d.word("none spatial temporal auto")
                        + ":scenecut="
                        + d.word("0 40")
                        + d.maybe(0.3, ":slices=" + d.between(2, 4))
                        + d.maybe(0.3, ":open-gop=1")
                        + d.maybe(0.2, ":intra-refresh=1")
                        + (scans ? ":" + d.word("tff=1 bff=1 fake-interlaced=1") : "")
                        + d.maybe(0.2, ":8x8dct=0")
                        + d.maybe(0.2, ":aud=1")
                        + d.maybe(0.2, ":repeat-headers=1")
                        + d.maybe(0.1, ":constrained-intra=1")
                        + d.maybe(0.1, ":no-deblock=1")
                        + d.maybe(0.1, ":pic-struct=1")
                        + d.maybe(0.1, ":nal-hrd=vbr:vbv-maxrate=400:vbv-bufsize=400")
                        + d.maybe(0.1, ":no-psy=1:no-mixed-refs=1")
                        + (d.chance(0.1) ? ":qp=0" : ":crf=" + d.between(18, 40));
        String formats =
                "yuv420p yuv420p yuv420p yuv420p yuv420p yuvj420p yuv422p yuv444p yuv420p10le"
                        + " yuv422p10le yuv444p10le gray nv12";
        return "-preset "
                + d.word("ultrafast superfast veryfast faster medium slow")
                + " "
                + pixels(d, formats)
                + d.maybe(0.1, " -tune " + d.word("zerolatency fastdecode stillimage animation"))
                + " -x264-params "
                + parameters;
    }

    private static String x265(FuzzDice d) {
        String parameters =
                "log-level=none:pools=none:frame-threads=1"
                        + ":keyint="
                        + d.between(1, 40)
                        + ":min-keyint="
                        + d.between(1, 6)
                        + ":bframes="
                        + d.between(0, 6)
                        + ":b-pyramid="
                        + d.between(0, 1)
                        + ":ref="
                        + d.between(1, 5)
                        + ":weightp="
                        + d.between(0, 1)
                        + ":weightb="
                        + d.between(0, 1)
                        + ":open-gop="
                        + d.between(0, 1)
                        + ":scenecut="
                        + d.word("0 40")
                        + ":ctu="
                        + d.word("16 32 64")
                        + d.maybe(0.2, ":slices=2")
                        + d.maybe(0.2, ":radl=" + d.between(1, 3))
                        + d.maybe(0.2, ":intra-refresh=1")
                        + d.maybe(0.2, ":temporal-layers=1")
                        + d.maybe(0.2, ":repeat-headers=1")
                        + d.maybe(0.1, ":aud=1")
                        + d.maybe(0.1, ":interlace=" + d.word("tff bff"))
                        + d.maybe(0.1, ":lossless=1")
                        + d.maybe(0.1, ":constrained-intra=1")
                        + d.maybe(0.1, ":no-sao=1:no-deblock=1");
        return "-preset "
                + d.word("ultrafast superfast veryfast fast")
                + " "
                + pixels(d, "yuv420p yuv420p yuv420p yuv420p10le yuv422p yuv444p gray yuv420p12le")
                + " -x265-params "
                + parameters;
    }

    private static String libvpx(FuzzDice d, int slowest) {
        return "-deadline "
                + d.word("realtime good")
                + " -cpu-used "
                + d.between(slowest, 8)
                + " -auto-alt-ref "
                + d.between(0, 1)
                + " -lag-in-frames "
                + d.between(0, 20)
                + " -g "
                + d.between(2, 40)
                + " -b:v "
                + d.word("60k 200k 800k");
    }

    private static String vp8(FuzzDice d) {
        return libvpx(d, 3)
                + d.maybe(0.2, " -slices " + d.word("2 4 8"))
                + d.maybe(0.3, " -error-resilient " + d.word("default partitions"))
                + d.maybe(0.2, " -arnr-maxframes 7 -arnr-strength 3")
                + d.maybe(0.2, " -static-thresh 100 -noise-sensitivity " + d.between(0, 3))
                + d.maybe(0.2, " -profile:v " + d.between(0, 3))
                + " "
                + pixels(d, "yuv420p yuv420p yuv420p yuva420p");
    }

    private static String vp9(FuzzDice d) {
        return libvpx(d, 5)
                + d.maybe(0.2, " -tile-columns 1")
                + d.maybe(0.3, " -frame-parallel " + d.between(0, 1))
                + d.maybe(0.2, " -error-resilient default")
                + d.maybe(0.2, " -aq-mode " + d.between(0, 3))
                + d.maybe(0.1, " -lossless 1")
                + d.maybe(0.2, " -tune-content screen")
                + " "
                + pixels(d, "yuv420p yuv420p yuv420p yuv422p yuv444p yuv440p yuv420p10le gbrp");
    }

    private static String svt(FuzzDice d) {
        return "-preset "
                + d.between(9, 12)
                + " -g "
                + d.between(2, 40)
                + " -qp "
                + d.between(25, 55)
                + " -svtav1-params lp=1"
                + d.maybe(0.4, ":hierarchical-levels=" + d.between(3, 5))
                + d.maybe(0.3, ":pred-struct=1")
                + d.maybe(0.3, ":irefresh-type=" + d.between(1, 2))
                + d.maybe(0.2, ":film-grain=8")
                + d.maybe(0.2, ":scm=1")
                + " "
                + pixels(d, "yuv420p yuv420p yuv420p10le");
    }

    private static String aom(FuzzDice d) {
        return "-usage "
                + d.word("realtime good")
                + " -cpu-used 8 -g "
                + d.between(2, 40)
                + " -lag-in-frames "
                + d.between(0, 19)
                + " -crf "
                + d.between(25, 55)
                + " -b:v 0"
                + d.maybe(0.2, " -tiles 2x1")
                + d.maybe(0.2, " -error-resilience default")
                + d.maybe(0.2, " -aom-params enable-fwd-kf=1")
                + " "
                + pixels(d, "yuv420p yuv420p yuv420p10le yuv444p gray");
    }

    private static String mpegB(FuzzDice d) {
        return "-bf "
                + d.between(0, 4)
                + " "
                + gop(d)
                + d.maybe(0.3, " -b_strategy " + d.between(1, 2))
                + d.maybe(0.3, " -sc_threshold " + d.word("0 1000000000"))
                + d.maybe(0.2, " -trellis 1");
    }

    private static String mpeg1(FuzzDice d) {
        return "-pix_fmt yuv420p " + mpegB(d) + d.maybe(0.3, " -flags +cgop");
    }

    private static String mpeg2(FuzzDice d) {
        return mpegB(d)
                + d.maybe(
                        0.5, " -flags " + d.word("+cgop +ilme +ildct +ildct+ilme +ildct+ilme+cgop"))
                + d.maybe(0.2, " -non_linear_quant 1")
                + d.maybe(0.2, " -intra_vlc 1")
                + d.maybe(0.2, " -alternate_scan 1")
                + d.maybe(0.2, " -dc " + d.between(8, 10))
                + d.maybe(0.2, " -seq_disp_ext 1")
                + " "
                + pixels(d, "yuv420p yuv420p yuv422p");
    }

    private static String mpeg4(FuzzDice d) {
        return "-pix_fmt yuv420p "
                + mpegB(d)
                + d.maybe(0.4, " -flags " + d.word("+mv4 +qpel +aic +ilme +ildct+ilme +cgop"))
                + d.maybe(0.2, " -data_partitioning 1")
                + d.maybe(0.2, " -mpeg_quant 1")
                + d.maybe(0.2, " -ps 300")
                + d.maybe(0.3, " -flags:v +global_header");
    }

    private static String xvid(FuzzDice d) {
        return "-pix_fmt yuv420p -bf "
                + d.between(0, 3)
                + " "
                + gop(d)
                + d.maybe(0.3, " -flags " + d.word("+qpel +mv4 +gray +aic"))
                + d.maybe(0.2, " -gmc 1")
                + d.maybe(0.2, " -mpeg_quant 1");
    }

    private static String mjpeg(FuzzDice d) {
        return "-q:v "
                + d.between(2, 20)
                + " -huffman "
                + d.word("default optimal")
                + d.maybe(0.2, " -force_duplicated_matrix 1")
                + " "
                + pixels(d, "yuvj420p yuvj422p yuvj444p");
    }

    private static String prores(FuzzDice d) {
        return "-profile:v "
                + d.between(0, 4)
                + " "
                + pixels(d, "yuv422p10le yuv444p10le yuva444p10le")
                + d.maybe(0.3, " -flags +ildct+ilme");
    }

    private static String dv(FuzzDice d) {
        return pixels(d, "yuv420p yuv422p");
    }

    private static String ffv1(FuzzDice d) {
        boolean slices = d.chance(0.6);
        return (slices ? "-level 3 -slices 4 -slicecrc " + d.between(0, 1) : "-level 1")
                + " -coder "
                + d.between(0, 2)
                + " -context "
                + d.between(0, 1)
                + " -g "
                + d.between(1, 20)
                + " "
                + pixels(d, "yuv420p yuv422p yuv444p yuva420p gray bgra yuv420p10le gbrp10le");
    }

    private static String ffvhuff(FuzzDice d) {
        return pixels(d, "yuv420p yuv422p yuv444p gray rgb24")
                + " -pred "
                + d.word("left plane median")
                + d.maybe(0.4, " -context 1");
    }

    private static String qtrle(FuzzDice d) {
        return pixels(d, "rgb24 argb rgb555be gray") + " -g " + d.between(1, 20);
    }

    private static String raw(FuzzDice d) {
        return pixels(d, "yuv420p pal8 rgb24 gray bgr24 uyvy422 rgb555le monow");
    }

    private static String zmbv(FuzzDice d) {
        return pixels(d, "pal8 rgb555le rgb565le bgr0") + " -g " + d.between(1, 20);
    }
}
