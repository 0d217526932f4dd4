package org.surgenet.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import org.surgenet.common.CsvTable;
import org.surgenet.common.Json;

/**
 * What {@code dataset check} says of the synthetic generator's labelled data, as they are, in the
 * layouts of other people, and with the mistakes that people make.
 */
class LabelledDataOutcomesTest {
    @TempDir static Path folder;

    private static Path sample;

    /** What is done to a copy of the data before they are looked at. */
    private interface Change {
        void apply(Path data) throws IOException;
    }

    /**
     * A line of the table.
     *
     * @param what was done, for people
     * @param task of the data
     * @param format of the data
     * @param source folder of the sample
     * @param change to a copy of it
     * @param options beside task, folder and format
     * @param code exit code
     * @param says what the output or the message has
     */
    private record Row(
            String what,
            String task,
            String format,
            String source,
            Change change,
            List<String> options,
            int code,
            String says) {}

    @BeforeAll
    static void draw() throws IOException {
        sample = folder.resolve("sample");
        require(
                ProgramRun.of(
                        "make-sample", sample, "--seconds=8", "--size=96x64", "--patients=7"));
        require(
                ProgramRun.of(
                        "extract-frames",
                        sample.resolve("videos"),
                        "--sampling=cholec80",
                        "--output",
                        sample.resolve("cholec80/frames")));
    }

    private static void require(ProgramRun run) {
        assertThat(run.code()).as(run.err()).isEqualTo(ExitCode.DONE);
    }

    @TestFactory
    Stream<DynamicTest> table() {
        return Stream.of(masks(), phases(), criteria())
                .flatMap(List::stream)
                .map(row -> DynamicTest.dynamicTest(row.format + ", " + row.what, () -> try_(row)));
    }

    private static List<Row> masks() {
        Change none = data -> {};
        return List.of(
                row("as drawn", "seg", "cholecseg8k", "cholecseg8k", none, 0, "nothing to mend"),
                row(
                        "one folder deeper, as on Kaggle",
                        "seg",
                        "cholecseg8k",
                        "cholecseg8k",
                        data -> {
                            for (Path video : list(data)) {
                                Path inner = data.resolve("archive");
                                Files.createDirectories(inner);
                                Files.move(video, inner.resolve(video.getFileName()));
                            }
                        },
                        0,
                        "nothing to mend"),
                row(
                        "a mask that is no image",
                        "seg",
                        "cholecseg8k",
                        "cholecseg8k",
                        data -> Files.writeString(first(data, "_watershed_mask.png"), "no image"),
                        1,
                        "_watershed_mask.png"),
                row(
                        "an image of another size than its mask",
                        "seg",
                        "cholecseg8k",
                        "cholecseg8k",
                        data ->
                                Files.copy(
                                        first(sample.resolve("cholec80/frames"), ".jpg"),
                                        replaced(first(data, "_watershed_mask.png"))),
                        1,
                        "_watershed_mask.png"));
    }

    private static List<Row> phases() {
        Change none = data -> {};
        return List.of(
                row("as drawn", "phase", "cholec80", "cholec80", none, 0, "nothing to mend"),
                row(
                        "a label a second",
                        "phase",
                        "cholec80",
                        "cholec80",
                        LabelledDataOutcomesTest::aLabelASecond,
                        1,
                        "label-fps"),
                row(
                        "a label a second, as said",
                        "phase",
                        "cholec80",
                        "cholec80",
                        LabelledDataOutcomesTest::aLabelASecond,
                        0,
                        "nothing to mend",
                        "--label-fps=1"),
                row(
                        "labels that begin late",
                        "phase",
                        "cholec80",
                        "cholec80",
                        data ->
                                relabel(
                                        data,
                                        lines -> {
                                            List<String> some = new ArrayList<>(lines);
                                            some.subList(1, 40).clear();
                                            return some;
                                        }),
                        1,
                        "first-label"),
                row(
                        "a misspelt phase",
                        "phase",
                        "cholec80",
                        "cholec80",
                        data ->
                                relabel(
                                        data,
                                        lines ->
                                                lines.stream()
                                                        .map(l -> l.replace("Preparation", "Prep"))
                                                        .toList()),
                        1,
                        "'Prep' is not a phase"),
                row(
                        "as intervals in a table",
                        "phase",
                        "phase-csv",
                        "cholec80",
                        LabelledDataOutcomesTest::asIntervals,
                        0,
                        "nothing to mend"),
                row(
                        "as numbered frames without times",
                        "phase",
                        "cholec80",
                        "cholec80",
                        LabelledDataOutcomesTest::asNumberedFrames,
                        0,
                        "nothing to mend",
                        "--frames-fps=1",
                        "--first-frame=0"),
                row(
                        "as numbered frames, whose rate is not said",
                        "phase",
                        "cholec80",
                        "cholec80",
                        LabelledDataOutcomesTest::asNumberedFrames,
                        1,
                        "frames-fps"));
    }

    private static List<Row> criteria() {
        Change none = data -> {};
        return List.of(
                row("as drawn", "cvs", "endoscapes", "endoscapes", none, 0, "nothing to mend"),
                row(
                        "as a table of one's own",
                        "cvs",
                        "cvs-csv",
                        "endoscapes",
                        data -> asTable(data, false),
                        0,
                        "nothing to mend"),
                row(
                        "a validation part without any criterion",
                        "cvs",
                        "cvs-csv",
                        "endoscapes",
                        data -> asTable(data, true),
                        1,
                        "val can have no map"));
    }

    private static Row row(
            String what,
            String task,
            String format,
            String source,
            Change change,
            int code,
            String says,
            String... options) {
        return new Row(what, task, format, source, change, List.of(options), code, says);
    }

    private static void try_(Row row) throws IOException {
        Path data = Files.createTempDirectory(folder, "case");
        copy(sample.resolve(row.source), data);
        row.change.apply(data);
        List<Object> command =
                new ArrayList<>(
                        List.of("dataset", "check", row.task, data, "--format", row.format));
        command.addAll(row.options);
        ProgramRun run = ProgramRun.of(command.toArray());
        assertThat(run.code()).as(run.out() + run.err()).isEqualTo(row.code);
        assertThat(run.out() + run.err()).contains(row.says);
    }

    private static List<Path> list(Path folder) throws IOException {
        try (Stream<Path> all = Files.list(folder)) {
            return all.sorted().toList();
        }
    }

    private static Path first(Path folder, String suffix) throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            return all.filter(file -> file.toString().endsWith(suffix)).sorted().findFirst().get();
        }
    }

    private static Path replaced(Path file) throws IOException {
        Files.delete(file);
        return file;
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> all = Files.walk(from)) {
            for (Path file : all.sorted(Comparator.naturalOrder()).toList()) {
                Path target = to.resolve(from.relativize(file).toString());
                if (Files.isDirectory(file)) {
                    Files.createDirectories(target);
                } else {
                    Files.copy(file, target);
                }
            }
        }
    }

    /** Changes the lines of every label file. */
    private static void relabel(Path data, java.util.function.UnaryOperator<List<String>> change)
            throws IOException {
        for (Path file : list(data.resolve("phase_annotations"))) {
            Files.write(file, change.apply(Files.readAllLines(file)));
        }
    }

    /** Every 25th label, numbered anew. */
    private static void aLabelASecond(Path data) throws IOException {
        relabel(
                data,
                lines -> {
                    List<String> some = new ArrayList<>(List.of(lines.get(0)));
                    for (int i = 1; i < lines.size(); i += 25) {
                        some.add(i / 25 + "\t" + lines.get(i).split("\t", -1)[1]);
                    }
                    return some;
                });
    }

    private static void asIntervals(Path data) throws IOException {
        StringBuilder table = new StringBuilder("video,start,end,phase\n");
        for (Path file : list(data.resolve("phase_annotations"))) {
            String video = file.getFileName().toString().replace("-phase.txt", "");
            List<String> lines = Files.readAllLines(file);
            for (int i = 1; i < lines.size(); i++) {
                String[] fields = lines.get(i).split("\t", -1);
                double start = Integer.parseInt(fields[0]) / 25.0;
                table.append(video).append(',').append(start).append(',');
                table.append(start + 0.04).append(',').append(fields[1]).append('\n');
            }
        }
        Files.writeString(data.resolve("phases.csv"), table);
    }

    /** The frames of each video as 000000.jpg and so on, without a list. */
    private static void asNumberedFrames(Path data) throws IOException {
        Path frames = data.resolve("frames");
        Map<Path, Path> moves = new TreeMap<>();
        for (Path list : lists(frames)) {
            for (CsvTable.Row row : CsvTable.read(list, "video", "time_s", "path").rows()) {
                int number = (int) Math.floor(row.number("time_s") + 0.01);
                Path to =
                        data.resolve("numbered")
                                .resolve(row.get("video"))
                                .resolve(String.format(java.util.Locale.ROOT, "%06d.jpg", number));
                moves.put(list.getParent().resolve(row.get("path")), to);
            }
        }
        for (Map.Entry<Path, Path> move : moves.entrySet()) {
            Path from =
                    Files.exists(move.getKey())
                            ? move.getKey()
                            : frames.resolve(move.getKey().getFileName());
            Files.createDirectories(move.getValue().getParent());
            Files.copy(from, move.getValue());
        }
        delete(frames);
        Files.move(data.resolve("numbered"), frames);
    }

    private static List<Path> lists(Path frames) throws IOException {
        try (Stream<Path> all = Files.walk(frames)) {
            return all.filter(f -> f.endsWith("frames.csv")).sorted().toList();
        }
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path file : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    private static void asTable(Path data, boolean emptyValidation) throws IOException {
        StringBuilder table = new StringBuilder("image,video,split,c1,c2,c3\n");
        for (String part : List.of("train", "val", "test")) {
            boolean empty = emptyValidation && part.equals("val");
            Json.read(data.resolve(part).resolve("annotation_ds_coco.json"))
                    .path("images")
                    .forEach(
                            image -> {
                                table.append(part).append('/');
                                table.append(image.path("file_name").asText()).append(',');
                                table.append(image.path("video_id").asText()).append(',');
                                table.append(part);
                                image.path("ds")
                                        .forEach(
                                                vote ->
                                                        table.append(',')
                                                                .append(empty ? "0" : vote));
                                table.append('\n');
                            });
        }
        Files.write(data.resolve("cvs.csv"), table.toString().getBytes(StandardCharsets.UTF_8));
    }
}
