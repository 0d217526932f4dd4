package org.surgenet.synthetic;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.surgenet.common.AtomicFiles;
import org.surgenet.common.CsvTable;
import org.surgenet.common.Json;
import org.surgenet.common.Missing;

/**
 * Frames with the criteria of the critical view of safety in the layout of Endoscapes: a folder per
 * split with its images and {@code annotation_ds_coco.json}, whose images bear {@code ds}, the mean
 * votes; beside them {@code all_metadata.csv} with each rater's vote.
 */
final class CriteriaFolder {
    private static final int STEP = 8;

    private final Path folder;

    CriteriaFolder(Path root, String split) {
        this.folder = root.resolve(split);
    }

    /** Frames inside the body until the first clip, as in Endoscapes. */
    static boolean wants(SyntheticVideo video, int frame) {
        return frame % STEP == 0
                && video.insideBody(frame)
                && video.phase(frame).ordinal()
                        <= SurgicalPhase.CALOT_TRIANGLE_DISSECTION.ordinal();
    }

    private static String fileName(SyntheticVideo video, int frame) {
        return video.number() + "_" + frame + ".jpg";
    }

    /** Whether what {@link #write} writes of a frame is there. */
    boolean has(SyntheticVideo video, int frame) {
        return !Missing.isMissing(folder.resolve(fileName(video, frame)));
    }

    void write(SyntheticVideo video, int frame, Picture picture) throws IOException {
        ImageFiles.jpeg(folder.resolve(fileName(video, frame)), picture, picture.rgb());
    }

    static void writeAnnotations(Path root, List<SyntheticVideo> videos, SampleRequest request)
            throws IOException {
        List<List<String>> table = new ArrayList<>();
        for (String split : new String[] {"train", "val", "test"}) {
            ObjectNode coco = Json.object();
            coco.putObject("info")
                    .put("description", "Synthetic surgery, drawn by a program; no patient")
                    .put("version", "1");
            ArrayNode images = coco.putArray("images");
            coco.putArray("annotations");
            coco.putArray("categories");
            StringBuilder numbers = new StringBuilder();
            for (SyntheticVideo video : videos) {
                if (!request.split(video.number()).equals(split)) {
                    continue;
                }
                numbers.append(video.number()).append('\n');
                for (int frame = 0; frame < video.frames(); frame++) {
                    if (wants(video, frame)) {
                        images.add(image(video, frame, request, images.size() + 1));
                        table.add(row(video, frame));
                    }
                }
            }
            Json.write(root.resolve(split).resolve("annotation_ds_coco.json"), coco);
            AtomicFiles.writeString(root.resolve(split + "_vids.txt"), numbers.toString());
        }
        CsvTable.write(
                root.resolve("all_metadata.csv"),
                List.of(
                        "vid",
                        "frame",
                        "avg_cvs",
                        "cvs_annotator_1",
                        "cvs_annotator_2",
                        "cvs_annotator_3",
                        "is_ds_keyframe",
                        "is_det_keyframe",
                        "C1",
                        "C2",
                        "C3"),
                table);
    }

    private static ObjectNode image(
            SyntheticVideo video, int frame, SampleRequest request, int id) {
        ObjectNode image = Json.object();
        image.put("id", id);
        image.put("file_name", fileName(video, frame));
        image.put("width", request.width());
        image.put("height", request.height());
        image.put("video_id", video.number());
        image.put("is_ds_keyframe", true);
        image.put("is_det_keyframe", false);
        ArrayNode ds = image.putArray("ds");
        for (double mean : video.criteria(frame)) {
            ds.add(mean);
        }
        return image;
    }

    private static List<String> row(SyntheticVideo video, int frame) {
        double[] mean = video.criteria(frame);
        boolean[][] votes = video.votes(frame);
        List<String> row = new ArrayList<>();
        row.add(String.valueOf(video.number()));
        row.add(String.valueOf(frame));
        row.add(String.format(Locale.ROOT, "[%.4f, %.4f, %.4f]", mean[0], mean[1], mean[2]));
        for (boolean[] rater : votes) {
            row.add(
                    String.format(
                            Locale.ROOT,
                            "[%d, %d, %d]",
                            rater[0] ? 1 : 0,
                            rater[1] ? 1 : 0,
                            rater[2] ? 1 : 0));
        }
        row.add("True");
        row.add("False");
        for (double value : mean) {
            row.add(String.format(Locale.ROOT, "%.4f", value));
        }
        return row;
    }
}
