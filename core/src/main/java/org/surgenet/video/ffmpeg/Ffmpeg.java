package org.surgenet.video.ffmpeg;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.bytedeco.ffmpeg.avcodec.AVCodecParameters;
import org.bytedeco.ffmpeg.avutil.AVRational;
import org.bytedeco.ffmpeg.global.avcodec;
import org.bytedeco.ffmpeg.global.avformat;
import org.bytedeco.ffmpeg.global.avutil;
import org.bytedeco.ffmpeg.global.swscale;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Loader;
import org.surgenet.common.LibraryPath;
import org.surgenet.common.Rational;

/** Loading of the FFmpeg libraries and the small change of calling them. */
public final class Ffmpeg {
    private static final String FIND = "org.bytedeco.javacpp.findLibraries";

    /**
     * What FFmpeg is linked with for graphics cards, in the order of their needs. The jars bring
     * it, but the linker would look for it in the system, and servers do not have it.
     */
    private static final List<String> ACCELERATION =
            List.of("libdrm.so.2", "libva.so.2", "libva-drm.so.2");

    private Ffmpeg() {}

    /**
     * Makes the libraries ready; must come before the first use of any FFmpeg class.
     *
     * @throws LinkageError if they do not load, such as for want of a library of the system
     */
    public static void load() {
        Loaded.once();
    }

    /** Loads in its static initialiser, which runs once even when threads race for it. */
    private static final class Loaded {
        static {
            // Where the libraries lie unpacked on java.library.path, searching and comparing them
            // with the jars' copies costs more than all the rest of a start.
            boolean unpacked =
                    System.getProperty(FIND) == null && LibraryPath.find("libjniavutil.so") != null;
            if (unpacked) {
                System.setProperty(FIND, "false");
                ACCELERATION.forEach(Ffmpeg::loadBeside);
            }
            Loader.load(avutil.class);
            Loader.load(avcodec.class);
            Loader.load(avformat.class);
            Loader.load(swscale.class);
            if (unpacked) {
                // OpenCV's libraries do not find each other without that search.
                System.clearProperty(FIND);
            }
            // Nothing is printed: FFmpeg's own lines may show metadata.
            ErrorLog.install();
        }

        static void once() {}
    }

    private static void loadBeside(String name) {
        Path library = LibraryPath.find(name);
        if (library != null) {
            System.load(library.toString());
        }
    }

    /**
     * The file as FFmpeg wants it: with the protocol, so that a colon in a name is no protocol of
     * its own, and in the bytes of the file system whatever the locale is.
     */
    public static BytePointer url(Path file) {
        byte[] name = nativeName(file.toAbsolutePath());
        byte[] prefix = "file:".getBytes(StandardCharsets.US_ASCII);
        byte[] all = new byte[prefix.length + name.length + 1];
        System.arraycopy(prefix, 0, all, 0, prefix.length);
        System.arraycopy(name, 0, all, prefix.length, name.length);
        BytePointer pointer = new BytePointer((long) all.length);
        pointer.put(all);
        return pointer;
    }

    private static byte[] nativeName(Path file) {
        if (!file.getFileSystem().getSeparator().equals("/")) {
            return file.toString().getBytes(StandardCharsets.UTF_8);
        }
        // A Unix path keeps its bytes, but toString() loses those that the locale cannot decode.
        String encoded = file.toUri().getRawPath();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(encoded.length());
        for (int i = 0; i < encoded.length(); i++) {
            if (encoded.charAt(i) == '%') {
                bytes.write(Integer.parseInt(encoded.substring(i + 1, i + 3), 16));
                i += 2;
            } else {
                bytes.write(encoded.charAt(i));
            }
        }
        return bytes.toByteArray();
    }

    /** Passes a return code through, or throws what it means. */
    public static int check(int code, String doing) throws FfmpegException {
        if (code < 0) {
            throw new FfmpegException(doing, code);
        }
        return code;
    }

    public static <T> T notNull(T pointer, String doing) throws FfmpegException {
        if (pointer == null) {
            throw new FfmpegException(doing, avutil.AVERROR_ENOMEM());
        }
        return pointer;
    }

    /** FFmpeg's words for a negative return code. */
    public static String message(int code) {
        byte[] text = new byte[128];
        avutil.av_strerror(code, text, text.length);
        int end = 0;
        while (end < text.length && text[end] != 0) {
            end++;
        }
        return new String(text, 0, end, StandardCharsets.UTF_8);
    }

    /** What a container has of a stream in its head; empty if nothing. */
    public static byte[] head(AVCodecParameters codec) {
        byte[] head = new byte[codec.extradata() == null ? 0 : codec.extradata_size()];
        if (head.length > 0) {
            codec.extradata().get(head);
        }
        return head;
    }

    public static Rational rational(AVRational value) {
        return value.den() == 0 ? Rational.ZERO : new Rational(value.num(), value.den());
    }

    public static AVRational rational(Rational value) {
        return avutil.av_make_q(Math.toIntExact(value.num()), Math.toIntExact(value.den()));
    }
}
