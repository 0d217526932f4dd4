package org.surgenet.video.naming;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import org.surgenet.common.OtherFiles;
import org.surgenet.video.dicom.DicomVideo;

/** Tells, among the files of a folder, which are videos. */
final class VideoKinds {
    /** What the decoder knows: suffixes that its formats have, or that recorders give to them. */
    private static final Set<String> TAKEN =
            words(
                    "mp4 m4v mp4v mpeg4 mov qt mkv mk3d webm avi divx xvid mpg mpeg mpe mpv mp2v"
                            + " mpg2 mpeg2 m1v m2v m2p ps vob vro evo mod tod ts m2ts m2t mts trp"
                            + " tp flv f4v wmv wm asf 3gp 3gpp 3g2 3gp2 ogv ogm ogx mxf gxf lxf dv"
                            + " dif rm rmvb ivr wtv dvr-ms nut nuv nsv y4m gif apng mjpg mjpeg"
                            + " mj2 mjp2 h261 h263 263 h264 h26l 264 avc h265 265 hevc h266 266"
                            + " vvc ivf obu av1 vc1 rcv cavs avs2 avs3 drc dnxhd dnxhr dav dhav"
                            + " ifv psp ism ismv insv amv roq smk bik viv vivo flc fli pva ty ser"
                            + " cine swf");

    /** What is not looked into: no video has these suffixes. */
    private static final Set<String> OTHER =
            words(
                    "jpg jpeg jpe jfif png bmp dib tif tiff webp avif heic heif jp2 jxl ico svg"
                            + " psd txt csv tsv json jsonl xml yaml yml toml ini cfg conf md rst"
                            + " html htm css js py ipynb m mat r sh bat java class jar log lst pdf"
                            + " doc docx xls xlsx ppt pptx odt ods rtf srt vtt ass ssa sub idx sup"
                            + " mp3 wav flac m4a aac wma ogg oga opus aif aiff mka mks zip tar gz"
                            + " bz2 xz zst 7z rar tgz iso exe dll so pt pth ckpt onnx safetensors"
                            + " npy npz h5 hdf5 pkl parquet sqlite db lnk url md5 sha1 sha256 sfv");

    private static final int HEAD = 512;
    private static final int TS_PACKET = 188;
    private static final int M2TS_PACKET = 192;

    private VideoKinds() {}

    private static Set<String> words(String text) {
        return Set.of(text.split(" "));
    }

    /**
     * What a file of a folder is.
     *
     * @param other its kind, if it is a known one and no video; empty if {@link #notTaken} must
     *     tell
     */
    record Kind(boolean video, String other) {}

    /**
     * What a file is by its name, or by its beginning where names do not tell: DICOM files have any
     * suffix or none.
     */
    static Kind of(Path file) {
        if (isVideo(file)) {
            return new Kind(true, "");
        }
        String suffix = OtherFiles.suffix(file);
        if (OTHER.contains(suffix)) {
            return new Kind(false, "");
        }
        DicomVideo.Kind kind = DicomVideo.kind(file);
        return switch (kind.content()) {
            case VIDEO -> new Kind(true, "");
            case OTHER -> new Kind(false, "DICOM without video (" + kind.words() + ")");
            // Taken, so that it is told of as a damaged video and not as one of other files.
            case DAMAGED -> new Kind(true, "");
            case NOT_DICOM -> new Kind(DicomVideo.isCalledDicom(file), "");
        };
    }

    /**
     * True if a file whose name begins with a dot has a suffix that videos have. What macOS writes
     * beside each file on foreign disks, {@code ._} and the file's name, is not one.
     */
    static boolean isHiddenVideo(Path file) {
        return isVideo(file) && !file.getFileName().toString().startsWith("._");
    }

    /** True if the file has a suffix that videos have. */
    static boolean isVideo(Path file) {
        return TAKEN.contains(OtherFiles.suffix(file));
    }

    /** Why a file that is not taken may have been meant as a video; empty if it is no video. */
    static Optional<String> notTaken(Path file) {
        String suffix = OtherFiles.suffix(file);
        if (OTHER.contains(suffix)) {
            return Optional.empty();
        }
        return switch (suffix) {
            case "yuv", "rgb", "cif", "qcif", "nv12" ->
                    Optional.of(
                            "raw video does not tell its size and rate; convert it, for instance"
                                    + " to .y4m");
            case "lrv" ->
                    Optional.of(
                            "a camera's small preview of another video; name the file itself to"
                                    + " take it");
            case "m3u8", "mpd" ->
                    Optional.of("a playlist, whose parts are elsewhere; download the video first");
            case "braw", "r3d", "crm", "ari", "arx" ->
                    Optional.of("a camera's raw format that is not read; export it as a video");
            case "part", "crdownload", "download", "partial", "opdownload", "!ut", "tmp" ->
                    holdsVideo(file)
                            ? Optional.of("an unfinished copy of a video")
                            : Optional.empty();
            default ->
                    holdsVideo(file)
                            ? Optional.of(
                                    "holds a video but has not the suffix of one; rename it, or"
                                            + " name the file itself")
                            : Optional.empty();
        };
    }

    /** Whether a file begins like one of the common kinds of video. */
    private static boolean holdsVideo(Path file) {
        byte[] head;
        try (InputStream in = Files.newInputStream(file)) {
            head = in.readNBytes(HEAD);
        } catch (IOException e) {
            // Nothing is claimed of a file that cannot be looked into.
            return false;
        }
        String text = new String(head, StandardCharsets.ISO_8859_1);
        if (text.startsWith("ftyp", 4)) {
            // The same container holds sounds and pictures.
            String brand = text.substring(8, Math.min(12, text.length()));
            return !Set.of("M4A ", "M4B ", "avif", "heic", "heix", "mif1", "crx ").contains(brand);
        }
        return text.startsWith("moov", 4)
                || text.startsWith("mdat", 4)
                || text.startsWith("RIFF") && text.startsWith("AVI ", 8)
                || text.startsWith("\u001A\u0045\u00DF\u00A3")
                || text.startsWith("FLV\u0001")
                || text.startsWith("GIF8")
                || text.startsWith(".RMF")
                || text.startsWith("DKIF")
                || text.startsWith("YUV4MPEG2")
                || text.startsWith("\u0000\u0000\u0001\u00BA")
                || text.startsWith("\u0000\u0000\u0001\u00B3")
                || text.startsWith("\u0000\u0000\u0000\u0001\u0067")
                || text.startsWith("\u0030\u0026\u00B2\u0075\u008E\u0066\u00CF\u0011")
                || text.startsWith("\u0006\u000E\u002B\u0034\u0002\u0005")
                || packets(head, 0, TS_PACKET)
                || packets(head, 4, M2TS_PACKET);
    }

    /** Whether a transport stream's mark stands where its packets begin. */
    private static boolean packets(byte[] head, int first, int size) {
        int marks = 0;
        for (int at = first; at < head.length; at += size) {
            if (head[at] != 0x47) {
                return false;
            }
            marks++;
        }
        return marks > 1;
    }
}
