package org.surgenet.video;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A random video that a number decides: encoder, settings, container, times, and what happened to
 * it afterwards. The ffmpeg program makes it; where it cannot, another one is drawn for the number.
 */
final class FuzzStream {
    /** What is demanded of the extraction. */
    enum Kind {
        /** As encoded: no word of damage. */
        CLEAN,
        /** Cut or joined: damage may be said, frames are those of a full decode. */
        CUT,
        /**
         * Bits flipped or packets lost: if no damage is said, frames are those of a full decode.
         */
        DAMAGED
    }

    /** No program is there, or none of what was drawn can be made. */
    static final class NotMadeException extends Exception {
        private static final long serialVersionUID = 1L;

        NotMadeException(String message) {
            super(message);
        }
    }

    private static final int ATTEMPTS = 12;

    /** Recordings that play when they are put one behind the other. */
    private static final Set<String> JOINABLE =
            Set.of("ts", "m2ts", "mpg", "vob", "h264", "hevc", "m2v", "m4v", "mjpeg", "dv", "obu");

    private static final Map<String, Boolean> ENCODERS = new HashMap<>();

    final long seed;
    final List<String> commands = new ArrayList<>();
    Kind kind = Kind.CLEAN;
    String codec = "";
    String container = "";
    String change = "";
    int lacking;
    Path file;

    private final Path folder;
    private final String program;
    private FuzzDice dice;
    private int files;

    private FuzzStream(long seed, Path folder) {
        this.seed = seed;
        this.folder = folder;
        this.program = System.getProperty("surgenet.fuzz.ffmpeg", "ffmpeg");
    }

    /** Whether the program that makes the streams is there. */
    static boolean canMake(Path folder) throws IOException, InterruptedException {
        try {
            return new FuzzStream(0, folder).run(List.of("-version"), folder.resolve("version"))
                    == 0;
        } catch (NotMadeException e) {
            return false;
        }
    }

    /**
     * Makes the stream of a number.
     *
     * @param folder an empty one for its files
     */
    static FuzzStream make(long seed, Path folder)
            throws IOException, InterruptedException, NotMadeException {
        FuzzStream stream = new FuzzStream(seed, folder);
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            stream.dice = new FuzzDice(seed * ATTEMPTS + attempt);
            if (stream.draw()) {
                return stream;
            }
        }
        throw new NotMadeException("none of " + ATTEMPTS + " drawings can be made");
    }

    private boolean draw() throws IOException, InterruptedException, NotMadeException {
        commands.clear();
        kind = Kind.CLEAN;
        change = "as encoded";
        FuzzCodecs.Codec drawn = FuzzCodecs.draw(dice);
        codec = drawn.encoder();
        container = dice.word(drawn.containers());
        if (!knows(codec)) {
            lacking++;
            return false;
        }
        Path encoded = encode(drawn, container);
        if (encoded == null) {
            return false;
        }
        file = change(drawn, encoded);
        return file != null && Files.size(file) > 0;
    }

    private boolean knows(String encoder)
            throws IOException, InterruptedException, NotMadeException {
        synchronized (ENCODERS) {
            if (ENCODERS.isEmpty()) {
                Path list = folder.resolve("encoders.txt");
                if (run(List.of("-encoders"), list) != 0) {
                    throw new NotMadeException("the program " + program + " does not work");
                }
                for (FuzzCodecs.Codec known : FuzzCodecs.ALL) {
                    boolean there =
                            Files.readAllLines(list).stream()
                                    .anyMatch(l -> l.matches(" V\\S+ " + known.encoder() + " .*"));
                    ENCODERS.put(known.encoder(), there);
                }
            }
            return ENCODERS.get(encoder);
        }
    }

    private int run(List<String> arguments, Path output)
            throws IOException, InterruptedException, NotMadeException {
        List<String> command = new ArrayList<>(List.of(program, "-hide_banner"));
        command.addAll(arguments);
        try {
            return new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile())
                    .start()
                    .waitFor();
        } catch (IOException e) {
            throw new NotMadeException("no program " + program + " is installed");
        }
    }

    /** Runs ffmpeg with arguments separated by spaces; null if it cannot. */
    private Path ffmpeg(String arguments, String suffix)
            throws IOException, InterruptedException, NotMadeException {
        Path made = folder.resolve("v" + files++ + "." + suffix);
        List<String> all = new ArrayList<>(List.of("-y", "-nostdin", "-v", "error", "-xerror"));
        all.addAll(Arrays.asList(arguments.strip().split(" +")));
        all.add(made.toString());
        String shown =
                program + " " + String.join(" ", all.stream().map(FuzzStream::quoted).toList());
        commands.add(shown.replace(folder + "/", ""));
        Path log = folder.resolve("log.txt");
        boolean readable =
                run(all, log) == 0
                        && Files.exists(made)
                        // Planar raw video in QuickTime, of which it writes a file nonetheless.
                        && !Files.readString(log).contains("output file will be unreadable");
        return readable ? made : null;
    }

    private static String quoted(String word) {
        return word.matches("[\\w.,:=/+%-]+") ? word : "'" + word + "'";
    }

    private Path encode(FuzzCodecs.Codec drawn, String suffix)
            throws IOException, InterruptedException, NotMadeException {
        String size =
                drawn.sizes().isEmpty()
                        ? dice.word("96x64 128x96 160x120 176x144 192x108 256x144 320x180")
                        : dice.word(drawn.sizes());
        // Some codecs need H.263's or the PAL size and rate.
        boolean fixed = !drawn.sizes().isEmpty();
        String rate = fixed ? "25" : dice.word("25 25 30000/1001 24 50 10 15 60 12.5 7");
        int frames = fixed ? dice.between(8, 20) : dice.between(20, 90);
        if (Set.of("h263p", "flv").contains(drawn.encoder())) {
            size = "176x144";
        }
        return ffmpeg(
                source(size, rate)
                        + " -map 0:v:0 "
                        + sound(suffix)
                        + " -frames:v "
                        + frames
                        + " -c:v "
                        + drawn.encoder()
                        + " -threads:v 1 "
                        + drawn.draw().arguments(dice)
                        + " "
                        + muxing(suffix)
                        + times(suffix),
                suffix);
    }

    private boolean withSound;

    private String source(String size, String rate) {
        String noise = dice.maybe(0.4, ",noise=alls=" + dice.between(4, 40) + ":allf=t:all_seed=7");
        String picture =
                dice.of(
                        "testsrc2=size=" + size + ":rate=" + rate,
                        "testsrc2=size=" + size + ":rate=" + rate,
                        "mandelbrot=size=" + size + ":rate=" + rate + ":end_scale=0.05",
                        "life=size=" + size + ":rate=" + rate + ":seed=5:ratio=0.2",
                        "testsrc=size=" + size + ":rate=" + rate + ":decimals=2");
        String filters =
                dice.maybe(0.2, ",fade=in:0:" + dice.between(5, 40))
                        + dice.maybe(0.15, ",rotate=t*2")
                        + dice.maybe(0.15, ",scroll=h=0.02:v=0.01")
                        + dice.maybe(
                                0.15, ",negate=enable=lt(mod(n\\," + dice.between(5, 30) + ")\\,3)")
                        + dice.maybe(0.05, ",tinterlace=interleave_top")
                        + dice.maybe(0.05, ",setsar=16/11");
        withSound = dice.chance(0.2);
        return "-f lavfi -i "
                + picture
                + noise
                + filters
                + (withSound ? " -f lavfi -i sine=frequency=300:duration=2" : "");
    }

    private String sound(String suffix) {
        if (!withSound) {
            return "";
        }
        return switch (suffix) {
            case "mp4", "mov", "mkv", "flv", "3gp" -> "-map 1:a -c:a aac";
            case "ts", "m2ts", "mpg", "vob", "avi", "nut", "asf" -> "-map 1:a -c:a mp2";
            case "mxf" -> "-map 1:a -c:a pcm_s16le -ar 48000";
            default -> "";
        };
    }

    private String muxing(String suffix) {
        return switch (suffix) {
            case "mp4", "mov", "3gp" ->
                    dice.maybe(
                                    0.5,
                                    "-movflags "
                                            + dice.word(
                                                    "faststart frag_keyframe+empty_moov"
                                                            + " frag_every_frame+empty_moov"
                                                            + " frag_keyframe+default_base_moof"
                                                            + " negative_cts_offsets"
                                                            + " frag_keyframe+delay_moov"))
                            + dice.maybe(0.2, " -use_editlist " + dice.between(0, 1))
                            + dice.maybe(
                                    0.3,
                                    " -video_track_timescale " + dice.word("600 90000 1000 12345"));
            case "mkv", "webm" ->
                    (suffix.equals("mkv") ? "-f matroska" : "")
                            + dice.maybe(0.2, " -live 1")
                            + dice.maybe(0.2, " -cluster_time_limit 200");
            case "ts", "m2ts" ->
                    dice.maybe(0.2, "-mpegts_flags resend_headers")
                            + dice.maybe(0.2, " -muxdelay 0 -muxpreload 0");
            case "m2v" -> "-f mpeg2video";
            case "asf" -> dice.maybe(0.3, "-packet_size 1024");
            default -> "";
        };
    }

    /** Frames at uneven distances, and time stamps that begin elsewhere. */
    private String times(String suffix) {
        StringBuilder all = new StringBuilder();
        if (dice.chance(0.12) && !Set.of("mxf", "gxf", "dv", "gif").contains(suffix)) {
            all.append(" -vf ")
                    .append(dice.of("setpts=PTS+floor(N/7)*0.11/TB", "select=mod(n\\,3)"))
                    .append(" -fps_mode vfr");
        }
        all.append(
                dice.maybe(
                        0.15,
                        " -output_ts_offset "
                                + dice.word("-0.5 0.37 3 7200 95443.6 95443 200000")));
        all.append(dice.maybe(0.1, " -avoid_negative_ts " + dice.word("disabled make_zero")));
        return all.toString();
    }

    /** What becomes of the encoded file. */
    private Path change(FuzzCodecs.Codec drawn, Path encoded)
            throws IOException, InterruptedException, NotMadeException {
        int which = dice.between(0, 99);
        if (which < 45) {
            return encoded;
        }
        if (which < 57) {
            change = "copied";
            return copied(drawn, encoded, "");
        }
        kind = Kind.CUT;
        if (which < 70) {
            change = "copied from amid a group";
            return copied(drawn, encoded, "-ss 0." + dice.between(2, 99) + " ");
        }
        if (which < 78 && JOINABLE.contains(container)) {
            change = "begun amid a packet";
            byte[] bytes = Files.readAllBytes(encoded);
            int from = dice.between(1, Math.max(1, bytes.length / 2));
            return write(Arrays.copyOfRange(bytes, from, bytes.length), "tail from byte " + from);
        }
        if (which < 92) {
            change = "joined";
            return joined(drawn, encoded);
        }
        kind = Kind.DAMAGED;
        return damaged(drawn, encoded);
    }

    private Path copied(FuzzCodecs.Codec drawn, Path from, String before)
            throws IOException, InterruptedException, NotMadeException {
        String suffix = dice.word(drawn.containers());
        container += ">" + suffix;
        return ffmpeg(
                before
                        + "-i "
                        + from
                        + " -map 0:v:0 -c copy "
                        + filter(drawn.encoder())
                        + " "
                        + muxing(suffix)
                        + dice.maybe(0.3, " -copyts")
                        + dice.maybe(0.2, " -avoid_negative_ts " + dice.word("disabled make_zero")),
                suffix);
    }

    private String filter(String encoder) {
        if (!dice.chance(0.3)) {
            return "";
        }
        String filters =
                switch (encoder) {
                    case "libx264" ->
                            "dump_extra=freq=all dump_extra filter_units=remove_types=6"
                                    + " h264_metadata=aud=insert h264_redundant_pps"
                                    + " filter_units=remove_types=9";
                    case "libx265" ->
                            "dump_extra=freq=all dump_extra filter_units=remove_types=39"
                                    + " hevc_metadata=aud=insert";
                    case "mpeg4", "libxvid" ->
                            "dump_extra mpeg4_unpack_bframes remove_extra=freq=all";
                    case "mpeg2video" -> "mpeg2_metadata=frame_rate=25 dump_extra";
                    case "libvpx-vp9" -> "vp9_superframe_split vp9_superframe vp9_raw_reorder";
                    case "libsvtav1", "libaom-av1" -> "av1_metadata=td=insert av1_frame_merge";
                    default -> "null";
                };
        return "-bsf:v " + dice.word(filters);
    }

    private Path joined(FuzzCodecs.Codec drawn, Path first)
            throws IOException, InterruptedException, NotMadeException {
        String suffix = container;
        Path second = encode(drawn, suffix);
        if (second == null) {
            return null;
        }
        if (JOINABLE.contains(suffix) && dice.chance(0.6)) {
            Path made = folder.resolve("v" + files++ + "." + suffix);
            try (OutputStream all = Files.newOutputStream(made)) {
                all.write(Files.readAllBytes(first));
                all.write(Files.readAllBytes(second));
            }
            commands.add(
                    "cat "
                            + first.getFileName()
                            + " "
                            + second.getFileName()
                            + " > "
                            + made.getFileName());
            return made;
        }
        Path list = folder.resolve("list.txt");
        Files.writeString(
                list, "file " + first.getFileName() + "\nfile " + second.getFileName() + "\n");
        commands.add(
                "printf 'file %s\\n' "
                        + first.getFileName()
                        + " "
                        + second.getFileName()
                        + " > list.txt");
        String other = dice.word(drawn.containers());
        container += ">" + other;
        return ffmpeg("-f concat -i " + list + " -c copy " + muxing(other), other);
    }

    private Path damaged(FuzzCodecs.Codec drawn, Path encoded)
            throws IOException, InterruptedException, NotMadeException {
        if (dice.chance(0.3)) {
            change = "packets lost";
            String suffix = dice.word(drawn.containers());
            container += ">" + suffix;
            return ffmpeg(
                    "-i "
                            + encoded
                            + " -map 0:v:0 -c copy -bsf:v noise=amount=0:drop=eq(mod(n\\,"
                            + dice.between(5, 20)
                            + ")\\,"
                            + dice.between(1, 4)
                            + ") "
                            + muxing(suffix),
                    suffix);
        }
        change = "bits flipped";
        byte[] bytes = Files.readAllBytes(encoded);
        StringBuilder flipped = new StringBuilder("bits flipped (byte:bit)");
        for (int i = dice.between(1, 12); i > 0; i--) {
            int at = dice.between(0, bytes.length - 1);
            int bit = dice.between(0, 7);
            bytes[at] ^= (byte) (1 << bit);
            flipped.append(' ').append(at).append(':').append(bit);
        }
        return write(bytes, flipped.toString());
    }

    private Path write(byte[] bytes, String how) throws IOException {
        commands.add("# then: " + how);
        return Files.write(folder.resolve("v" + files++ + "." + container), bytes);
    }
}
