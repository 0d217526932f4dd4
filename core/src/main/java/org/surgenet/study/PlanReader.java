package org.surgenet.study;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.surgenet.common.Json;
import org.surgenet.common.RunRecord;
import org.surgenet.common.UserException;
import org.surgenet.common.UserPaths;

/** Reads a plan: a YAML file, whose relative paths start from its own folder. */
public final class PlanReader {
    private static final Set<String> PLAN =
            new LinkedHashSet<>(
                    List.of(
                            "name",
                            "datasets",
                            "weights",
                            "baseline",
                            "seeds",
                            "train-patients",
                            "options"));

    private static final Set<String> DATA =
            Set.of(
                    "task",
                    "data",
                    "format",
                    "split",
                    "split-seed",
                    "folds",
                    "preset",
                    "options",
                    "evaluate");

    private static final Set<String> ARM =
            Set.of("weights", "frames", "procedures", "epochs", "architecture", "options");

    /** Settings that a study makes itself. */
    private static final Set<String> OWN =
            Set.of("data", "format", "split", "split-seed", "split-name", "weights", "seed");

    private static final Set<String> OWN_FILES =
            Set.of("output", "overwrite", "preset", "test", "config", "model", "model-name");

    /** What names of data sets and arms may be made of: they become folders. */
    private static final Pattern NAME = Pattern.compile("[\\p{L}\\p{N}][\\p{L}\\p{N}._+-]{0,63}");

    private static final String NONE = "none";

    /** What a pretraining leaves for others to start from. */
    private static final String BACKBONE = "backbone.safetensors";

    private final Path file;
    private final Path folder;
    private final Set<String> statistics;

    private PlanReader(Path file, Set<String> statistics) {
        this.file = file;
        this.statistics = statistics;
        folder = file.toAbsolutePath().getParent();
    }

    /**
     * Reads and checks all that a plan says by itself.
     *
     * @param statistics names of the comparison's settings that a plan may have
     * @throws UserException with file and line
     */
    public static Plan read(Path file, Set<String> statistics) {
        return new PlanReader(file, statistics).plan(PlanBlock.read(file));
    }

    private Plan plan(PlanBlock root) {
        Set<String> known = new LinkedHashSet<>(PLAN);
        known.addAll(statistics);
        root.allow("in a plan", known);
        List<Plan.Option> shared = options(root, "options");
        List<Plan.LabelledData> datasets = new ArrayList<>();
        each(
                root,
                "datasets",
                (name, block) -> datasets.add(dataset(name, block.orElseThrow(), shared)));
        List<Plan.Arm> arms = new ArrayList<>();
        PlanBlock weights = block(root, "weights");
        each(root, "weights", (name, block) -> arms.add(arm(name, block, weights)));
        String baseline = root.required("baseline", "a plan");
        if (arms.stream().noneMatch(arm -> arm.name().equals(baseline))) {
            throw root.error(
                    "baseline",
                    "the baseline '"
                            + baseline
                            + "' is not among the weights "
                            + String.join(", ", weights.keys()));
        }
        if (arms.size() < 2) {
            throw root.error("weights", "a comparison needs at least two weights");
        }
        List<Plan.Option> settings = new ArrayList<>();
        statistics.stream().filter(root::has).forEach(key -> settings.add(option(root, key)));
        return new Plan(
                file,
                root.text("name").orElseGet(this::nameOfFile),
                List.copyOf(datasets),
                List.copyOf(arms),
                baseline,
                seeds(root),
                sizes(root),
                List.copyOf(settings));
    }

    private String nameOfFile() {
        return file.getFileName().toString().replaceFirst("\\.ya?ml$", "");
    }

    private static PlanBlock block(PlanBlock root, String key) {
        return root.block(key)
                .orElseThrow(() -> root.error(key, "a plan needs the key '" + key + "'"));
    }

    private interface Entry {
        void read(String name, Optional<PlanBlock> block);
    }

    private static void each(PlanBlock root, String key, Entry entry) {
        PlanBlock all = block(root, key);
        Set<String> folders = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
        for (String name : all.keys()) {
            if (!NAME.matcher(name).matches()) {
                throw all.error(
                        name,
                        "the name '"
                                + name
                                + "' becomes a folder: letters, digits and . _ + - only, at most"
                                + " 64");
            }
            if (!folders.add(name)) {
                throw all.error(name, "'" + name + "' differs from another name in capitals alone");
            }
            boolean mapping = all.isBlock(name);
            if (!mapping && key.equals("datasets")) {
                throw all.error(name, "'" + name + "' needs the keys task, data and format");
            }
            entry.read(name, mapping ? all.block(name) : Optional.empty());
        }
        if (all.keys().isEmpty()) {
            throw root.error(key, "'" + key + "' is empty");
        }
    }

    private Plan.LabelledData dataset(String name, PlanBlock block, List<Plan.Option> shared) {
        block.allow("of a data set", DATA);
        String what = "the data set '" + name + "'";
        Optional<Path> split = block.text("split").map(this::path);
        int folds = block.has("folds") ? integer(block, "folds", 2) : 0;
        if (folds > 0 && split.isPresent()) {
            throw block.error("folds", what + " has a split and folds; give one of them");
        }
        Path data = path(block.required("data", what));
        if (!Files.exists(data)) {
            throw block.error("data", data + ": no such file or folder");
        }
        split.filter(f -> !Files.isRegularFile(f))
                .ifPresent(
                        f -> {
                            throw block.error("split", f + ": no such file");
                        });
        return new Plan.LabelledData(
                name,
                block.required("task", what),
                data,
                block.required("format", what),
                split,
                block.has("split-seed")
                        ? Optional.of(whole(block, "split-seed"))
                        : Optional.empty(),
                folds,
                block.text("preset"),
                merged(shared, options(block, "options")),
                options(block, "evaluate"),
                block.line());
    }

    private Plan.Arm arm(String name, Optional<PlanBlock> block, PlanBlock all) {
        block.ifPresent(b -> b.allow("of weights", ARM));
        String source =
                block.map(b -> b.required("weights", "'" + name + "'"))
                        .orElseGet(() -> all.required(name, "'" + name + "'"));
        Optional<String> weights =
                source.equals(NONE) ? Optional.empty() : Optional.of(weights(source));
        Optional<Path> run = weights.flatMap(PretrainedRun::of);
        Optional<JsonNode> record = run.map(r -> Json.read(r.resolve(RunRecord.FILE_NAME)));
        return new Plan.Arm(
                name,
                weights,
                number(block, "frames", record.flatMap(PretrainedRun::frames)),
                number(block, "procedures", Optional.empty()),
                number(
                        block,
                        "epochs",
                        run.flatMap(r -> PretrainedRun.epochs(r, weights.orElseThrow()))),
                block.flatMap(b -> b.text("architecture")).orElse(""),
                run,
                block.map(b -> options(b, "options")).orElse(List.of()),
                block.map(b -> all.line(name)).orElseGet(() -> all.line(name)));
    }

    /** A file where there is one, below a pretraining's folder its backbone; else a name. */
    private String weights(String source) {
        Path path = path(source);
        if (Files.isRegularFile(path.resolve(RunRecord.FILE_NAME))
                && Files.isRegularFile(path.resolve(BACKBONE))) {
            return path.resolve(BACKBONE).toString();
        }
        return Files.exists(path) || source.indexOf('/') >= 0 ? path.toString() : source;
    }

    private static OptionalDouble number(
            Optional<PlanBlock> block, String key, Optional<Double> otherwise) {
        if (block.isEmpty() || !block.get().has(key)) {
            return otherwise.map(OptionalDouble::of).orElse(OptionalDouble.empty());
        }
        String text = block.get().text(key).orElseThrow();
        try {
            double value = Double.parseDouble(text.replace("_", ""));
            if (value >= 0 && Double.isFinite(value)) {
                return OptionalDouble.of(value);
            }
        } catch (NumberFormatException e) {
            // Said below.
        }
        throw block.get().error(key, "'" + key + ": " + text + "' is not a number of 0 or more");
    }

    private static List<Long> seeds(PlanBlock root) {
        if (!root.has("seeds")) {
            return List.of(0L);
        }
        Set<Long> seeds = new LinkedHashSet<>();
        for (String text : root.list("seeds")) {
            long seed;
            try {
                seed = Long.parseLong(text);
            } catch (NumberFormatException e) {
                throw root.error("seeds", "the seed '" + text + "' is not a whole number");
            }
            if (!seeds.add(seed)) {
                throw root.error("seeds", "the seed " + seed + " is given twice");
            }
        }
        if (seeds.isEmpty()) {
            throw root.error("seeds", "'seeds' is empty");
        }
        return List.copyOf(seeds);
    }

    private static List<Integer> sizes(PlanBlock root) {
        if (!root.has("train-patients")) {
            return List.of(Plan.ALL);
        }
        Set<Integer> sizes = new TreeSet<>();
        for (String text : root.list("train-patients")) {
            int size;
            try {
                size = text.equals("all") ? Plan.ALL : Integer.parseInt(text);
            } catch (NumberFormatException e) {
                size = 0;
            }
            if (size < 1) {
                throw root.error(
                        "train-patients",
                        "'" + text + "' is neither a number of patients nor 'all'");
            }
            if (!sizes.add(size)) {
                throw root.error("train-patients", text + " is given twice");
            }
        }
        if (sizes.isEmpty()) {
            throw root.error("train-patients", "'train-patients' is empty");
        }
        return List.copyOf(sizes);
    }

    private static int integer(PlanBlock block, String key, int least) {
        long value = whole(block, key);
        if (value < least || value > Integer.MAX_VALUE) {
            throw block.error(key, "'" + key + ": " + value + "' must be " + least + " or more");
        }
        return (int) value;
    }

    private static long whole(PlanBlock block, String key) {
        String text = block.text(key).orElseThrow();
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException e) {
            throw block.error(key, "'" + key + ": " + text + "' is not a whole number");
        }
    }

    private List<Plan.Option> options(PlanBlock parent, String key) {
        Optional<PlanBlock> block = parent.block(key);
        if (block.isEmpty()) {
            return List.of();
        }
        List<Plan.Option> all = new ArrayList<>();
        for (String option : block.get().keys()) {
            if (OWN.contains(option) || OWN_FILES.contains(option)) {
                throw block.get()
                        .error(
                                option,
                                "'"
                                        + option
                                        + "' is set by the study and cannot stand below '"
                                        + key
                                        + "'");
            }
            all.add(option(block.get(), option));
        }
        return all;
    }

    private static Plan.Option option(PlanBlock block, String key) {
        return new Plan.Option(key, block.list(key), block.line(key));
    }

    /** Both, those of {@code second} where both have one. */
    static List<Plan.Option> merged(List<Plan.Option> first, List<Plan.Option> second) {
        List<Plan.Option> all = new ArrayList<>(first);
        Consumer<Plan.Option> put =
                option -> {
                    all.removeIf(other -> other.key().equals(option.key()));
                    all.add(option);
                };
        second.forEach(put);
        return List.copyOf(all);
    }

    private Path path(String text) {
        return folder.resolve(UserPaths.of(text)).normalize();
    }
}
