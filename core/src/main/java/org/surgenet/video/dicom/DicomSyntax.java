package org.surgenet.video.dicom;

import java.util.Map;

/**
 * A DICOM transfer syntax: how a file's data set is encoded and what its pixel data is (DICOM PS3.6
 * table A-1). Those of video have data sets in explicit VR little endian (PS3.5, 8.2.5 to 8.2.8 and
 * 10.11 to 10.18).
 *
 * @param words what it is called in messages, which never show what a file holds in its place
 * @param video whether the pixel data is a stream of MPEG-2, H.264 or HEVC
 * @param views how many pictures a frame has for the two eyes in streams of their own
 */
public record DicomSyntax(String words, boolean video, int views) {
    private static final String STANDARD = "1.2.840.10008.1.2";
    private static final String H264_HIGH = "MPEG-4 AVC/H.264 High Profile / Level 4.";

    private static final Map<String, DicomSyntax> VIDEO =
            Map.of(
                    ".100", video("MPEG-2 Main Profile / Main Level"),
                    ".101", video("MPEG-2 Main Profile / High Level"),
                    ".102", video(H264_HIGH + "1"),
                    ".103", video("BD-compatible " + H264_HIGH + "1"),
                    ".104", video(H264_HIGH + "2 for 2D video"),
                    ".105", video(H264_HIGH + "2 for 3D video"),
                    ".106",
                            new DicomSyntax(
                                    "MPEG-4 AVC/H.264 Stereo High Profile / Level 4.2", true, 2),
                    ".107", video("HEVC/H.265 Main Profile / Level 5.1"),
                    ".108", video("HEVC/H.265 Main 10 Profile / Level 5.1"));

    private static final Map<String, String> OTHER =
            Map.ofEntries(
                    Map.entry("", "uncompressed, implicit VR little endian"),
                    Map.entry(".1", "uncompressed, explicit VR little endian"),
                    Map.entry(".1.98", "uncompressed, encapsulated"),
                    Map.entry(".1.99", "deflated"),
                    Map.entry(".2", "uncompressed, big endian"),
                    Map.entry(".4.50", "JPEG Baseline"),
                    Map.entry(".4.51", "JPEG Extended"),
                    Map.entry(".4.57", "JPEG Lossless"),
                    Map.entry(".4.70", "JPEG Lossless"),
                    Map.entry(".4.80", "JPEG-LS Lossless"),
                    Map.entry(".4.81", "JPEG-LS"),
                    Map.entry(".4.90", "JPEG 2000 Lossless"),
                    Map.entry(".4.91", "JPEG 2000"),
                    Map.entry(".4.92", "JPEG 2000 Multi-component Lossless"),
                    Map.entry(".4.93", "JPEG 2000 Multi-component"),
                    Map.entry(".4.94", "JPIP, pixel data elsewhere"),
                    Map.entry(".4.95", "JPIP, pixel data elsewhere"),
                    Map.entry(".4.110", "JPEG XL Lossless"),
                    Map.entry(".4.111", "JPEG XL"),
                    Map.entry(".4.112", "JPEG XL"),
                    Map.entry(".4.201", "High-Throughput JPEG 2000 Lossless"),
                    Map.entry(".4.202", "High-Throughput JPEG 2000 Lossless"),
                    Map.entry(".4.203", "High-Throughput JPEG 2000"),
                    Map.entry(".5", "RLE Lossless"),
                    Map.entry(".7.1", "SMPTE ST 2110, pixel data elsewhere"),
                    Map.entry(".7.2", "SMPTE ST 2110, pixel data elsewhere"),
                    Map.entry(".7.3", "SMPTE ST 2110, pixel data elsewhere"));

    /** FFmpeg's name of the codec that it stands for; empty for what is no video. */
    public String codec() {
        if (!video) {
            return "";
        }
        return words.startsWith("MPEG-2")
                ? "mpeg2video"
                : words.startsWith("HEVC") ? "hevc" : "h264";
    }

    private static DicomSyntax video(String words) {
        return new DicomSyntax(words, true, 1);
    }

    /** The syntax with this UID, which may be an unknown one. */
    static DicomSyntax of(String uid) {
        String rest = uid.startsWith(STANDARD) ? uid.substring(STANDARD.length()) : "?";
        if (rest.startsWith(".4.")) {
            String number = rest.substring(".4".length());
            // A stream that may lie in several fragments has the number of that in one, and .1.
            DicomSyntax one = VIDEO.get(number.replaceFirst("(?<=^\\.10[0-6])\\.1$", ""));
            if (one != null) {
                return one;
            }
        }
        return new DicomSyntax(OTHER.getOrDefault(rest, "unknown transfer syntax"), false, 1);
    }
}
