package org.surgenet.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.surgenet.SharedFiles;
import org.surgenet.common.CsvTable;

/**
 * Real surgical video and frames through extraction, curation and a short pretraining to a
 * backbone, and a segmentation fine-tuning on real pairs; skipped where there are no media.
 */
class RealMediaTest {
    @TempDir Path folder;

    private static Path media() {
        Optional<Path> media = SharedFiles.media();
        assumeTrue(media.isPresent(), "no real media");
        return media.get();
    }

    private static ProgramRun run(Object... args) {
        ProgramRun run = ProgramRun.of(args);
        assertThat(run.code())
                .as("%s%n%s%n%s", Arrays.toString(args), run.out(), run.err())
                .isIn(ExitCode.DONE, ExitCode.DONE_WITH_SKIPPED);
        return run;
    }

    @Test
    void videoBecomesABackboneAndTheBackboneASegmentation() throws IOException {
        Path media = media();
        Path frames = folder.resolve("frames");
        run("extract-frames", media.resolve("video_surgical"), "--output", frames, "--fps", 1);
        Path curated = folder.resolve("curated");
        run("curate", frames, "--output", curated);
        List<CsvTable.Row> rows = CsvTable.read(curated.resolve("curated.csv"), "keep").rows();
        long kept = rows.stream().filter(row -> row.get("keep").equals("true")).count();
        assertThat(rows).hasSizeGreaterThan(100);
        assertThat(kept).isGreaterThan(20);

        Path pretrained = folder.resolve("pretrain");
        run(
                "pretrain",
                "--frames",
                curated.resolve("curated.csv"),
                "--backbone",
                "caformer_test",
                "--epochs",
                1,
                "--batch-size",
                8,
                "--global-size",
                64,
                "--local-size",
                32,
                "--local-crops",
                2,
                "--out-dim",
                64,
                "--warmup-epochs",
                0,
                "--output",
                pretrained);

        Path pairs = folder.resolve("pairs");
        pairs(media.resolve("seg_pairs"), pairs);
        Path model = folder.resolve("model");
        run(
                "finetune-seg",
                "--data",
                pairs,
                "--format",
                "folders",
                "--split",
                pairs.resolve("split.csv"),
                "--backbone",
                "caformer_test",
                "--weights",
                pretrained.resolve("backbone.safetensors"),
                "--size",
                "128x128",
                "--epochs",
                2,
                "--batch-size",
                4,
                "--output",
                model);
        Path evaluation = folder.resolve("evaluation");
        run(
                "evaluate",
                "--model",
                model,
                "--data",
                pairs,
                "--format",
                "folders",
                "--split",
                pairs.resolve("split.csv"),
                "--split-name",
                "test",
                "--output",
                evaluation);
        assertThat(evaluation.resolve("scores.csv")).exists();
        assertThat(evaluation.resolve("report.html")).exists();
    }

    /** The pairs of image and mask as a data set of the format {@code folders}. */
    private static void pairs(Path source, Path target) throws IOException {
        Path images = Files.createDirectories(target.resolve("images"));
        Path masks = Files.createDirectories(target.resolve("masks"));
        try (var files = Files.list(source)) {
            for (Path file : files.sorted().toList()) {
                String name = file.getFileName().toString();
                if (name.startsWith("luiscarlosgph__demo") || name.contains("exemplary")) {
                    // Its mask is the round window, not an instrument.
                    continue;
                }
                boolean mask = name.contains("_mask") || name.contains("_seg");
                Files.copy(file, (mask ? masks : images).resolve(name));
            }
        }
        Files.writeString(
                target.resolve("classes.csv"),
                "value,name\n0,background\n1,instrument\n10,instrument\n20,instrument\n"
                        + "30,instrument\n255,instrument\n");
        Files.writeString(
                target.resolve("split.csv"),
                "patient,split\nherbert,train\nendovis17,val\nluiscarlosgph,test\n");
    }

    /** What people saw in the labelled frames and what curation makes of them. */
    @Test
    void curationFindsMostOfWhatIsNotSurgery() throws IOException {
        Path media = media();
        Path frames = media.resolve("frames_labelled");
        Path curated = folder.resolve("curated");
        run("curate", frames, "--output", curated);

        Map<String, String> labels = new HashMap<>();
        for (CsvTable.Row row :
                CsvTable.read(frames.resolve("LABELS_by_viewing.tsv"), '\t', "file", "label")
                        .rows()) {
            String file = row.get("file");
            labels.put(file.substring(file.lastIndexOf('/') + 1), row.get("label"));
        }
        int foreign = 0;
        int foreignDropped = 0;
        int body = 0;
        List<String> bodyDropped = new ArrayList<>();
        for (CsvTable.Row row :
                CsvTable.read(curated.resolve("curated.csv"), "path", "keep", "reason").rows()) {
            String name = Path.of(row.get("path")).getFileName().toString();
            boolean keep = row.get("keep").equals("true");
            switch (labels.getOrDefault(name, "")) {
                case "out_of_body", "screen", "black" -> {
                    foreign++;
                    foreignDropped += keep ? 0 : 1;
                }
                case "in_body" -> {
                    body++;
                    if (!keep) {
                        bodyDropped.add(name + " " + row.get("reason"));
                    }
                }
                default -> {}
            }
        }
        System.out.printf(
                "curation of labelled frames: %d of %d not from the body dropped, %d of %d from the"
                        + " body dropped %s%n",
                foreignDropped, foreign, bodyDropped.size(), body, bodyDropped);

        assertThat(foreign).isGreaterThan(15);
        assertThat(body).isGreaterThan(30);
        assertThat(foreignDropped).isGreaterThanOrEqualTo(foreign * 6 / 10);
        assertThat(bodyDropped).hasSizeLessThanOrEqualTo(body / 10);
    }
}
