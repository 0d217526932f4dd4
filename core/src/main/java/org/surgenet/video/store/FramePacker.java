package org.surgenet.video.store;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.surgenet.common.AtomicFiles;
import org.surgenet.common.Json;
import org.surgenet.frames.FrameRecord;

/**
 * Puts a video's frames into archives that WebDataset and the like read. Each frame is a sample of
 * two members side by side, the image and a JSON file with what {@code frames.csv} says of it.
 * Their common name before the dot, the sample's key, begins with the video's folder, so that keys
 * of different videos differ.
 *
 * <p>In {@code frames.csv} a packed frame's path is that of its archive with the member's name
 * behind it, as if the archive were a folder.
 */
public final class FramePacker {
    private final Path folder;
    private final String place;
    private final String video;
    private final Packing packing;

    /**
     * @param folder of the frames and the archives
     * @param place of the folder below the output, with forward slashes
     * @param video name of the video
     */
    public FramePacker(Path folder, String place, String video, Packing packing) {
        this.folder = folder;
        this.place = place;
        this.video = video;
        this.packing = packing;
    }

    /** The name of the archive that has frame {@code index} of those that were taken, from 0. */
    private String archive(int index) {
        return String.format(
                Locale.ROOT,
                "%s-%06d.%s",
                video,
                index / packing.frames(),
                packing.kind().suffix());
    }

    /** The sample's key: readers take what is before the first dot of the last name. */
    private String key(FrameRecord record) {
        int slash = place.lastIndexOf('/') + 1;
        String stem = record.path().substring(0, record.path().lastIndexOf('.'));
        return place.substring(0, slash) + stem.replace('.', '_');
    }

    /** The records with their paths in the archives. */
    List<FrameRecord> packed(List<FrameRecord> loose) {
        List<FrameRecord> packed = new ArrayList<>(loose.size());
        for (int i = 0; i < loose.size(); i++) {
            FrameRecord r = loose.get(i);
            String suffix = r.path().substring(r.path().lastIndexOf('.'));
            packed.add(r.movedTo(archive(i) + "/" + key(r) + suffix));
        }
        return packed;
    }

    /** Writes the archives from the image files, each whole or not at all. */
    void write(List<FrameRecord> loose) throws IOException {
        List<FrameRecord> packed = packed(loose);
        for (int from = 0; from < loose.size(); from += packing.frames()) {
            int first = from;
            int end = Math.min(loose.size(), from + packing.frames());
            AtomicFiles.write(
                    folder.resolve(archive(first)),
                    out -> {
                        try (Archive archive = open(out)) {
                            for (int i = first; i < end; i++) {
                                String member = member(packed.get(i));
                                archive.add(
                                        member,
                                        Files.readAllBytes(folder.resolve(loose.get(i).path())));
                                archive.add(description(member), json(packed.get(i)));
                            }
                        }
                    });
        }
    }

    private Archive open(OutputStream out) {
        return packing.kind() == Packing.Kind.TAR ? new TarArchive(out) : new ZipArchive(out);
    }

    /** True if {@code record} is of a packed frame. */
    public static boolean isPacked(FrameRecord record) {
        return record.path().matches("[^/]+\\.(tar|zip)/.+");
    }

    /** The archive's name of a packed frame. */
    public static String archive(FrameRecord record) {
        return record.path().substring(0, record.path().indexOf('/'));
    }

    /** The name within the archive of a packed frame. */
    public static String member(FrameRecord record) {
        return record.path().substring(record.path().indexOf('/') + 1);
    }

    /** The name of the JSON file beside an image. */
    public static String description(String member) {
        return member.substring(0, member.lastIndexOf('.')) + ".json";
    }

    /** What is told of a frame beside it. */
    public static byte[] json(FrameRecord record) {
        ObjectNode node = Json.object();
        node.put("procedure", record.procedure());
        node.put("video", record.video());
        node.put("frame", record.frame());
        node.put("time_s", Math.round(record.timeSeconds() * 1e6) / 1e6);
        node.put("width", record.width());
        node.put("height", record.height());
        return Json.line(node).getBytes(StandardCharsets.UTF_8);
    }
}
