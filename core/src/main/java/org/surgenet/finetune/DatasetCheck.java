package org.surgenet.finetune;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import org.surgenet.common.Cancellation;
import org.surgenet.common.Hashes;
import org.surgenet.common.Progress;
import org.surgenet.common.SettingValues;
import org.surgenet.common.UserException;
import org.surgenet.common.Words;
import org.surgenet.dataset.Dataset;
import org.surgenet.dataset.Sample;
import org.surgenet.dataset.Split;
import org.surgenet.dataset.SplitName;
import org.surgenet.frames.Frame;
import org.surgenet.loader.Prefetcher;
import org.surgenet.task.Augmentation;
import org.surgenet.task.Item;
import org.surgenet.task.Objective;
import org.surgenet.task.Preparation;
import org.surgenet.task.Task;

/**
 * Looks at labelled data before anything is trained on them: opens every image and every label of
 * all parts, counts classes, and looks for what would spoil a training or a test.
 */
public final class DatasetCheck<S extends Sample, O> {
    /** Causes of one kind that are told one by one. */
    private static final int TOLD = 20;

    private final Task<S, O> task;
    private final Dataset<S> dataset;
    private final Split split;
    private final List<Frame> pretraining;

    /**
     * What was found.
     *
     * @param errors what must be mended, a sentence each
     * @param warnings what should be known, a sentence each
     * @param parts what each part holds
     */
    public record Result(List<String> errors, List<String> warnings, List<Part> parts) {}

    /**
     * A part of the data.
     *
     * @param name {@code train}, {@code val}, {@code test} or {@code none}
     * @param patients how many there are
     * @param samples how many there are
     * @param unreadable samples that could not be read
     * @param occurrences pixels, or pictures, of each class
     * @param samplesWith samples in which each class occurs
     */
    public record Part(
            String name,
            int patients,
            int samples,
            int unreadable,
            long[] occurrences,
            int[] samplesWith) {}

    /**
     * @param pretraining frames that a backbone was or will be pretrained on; may be empty
     */
    public DatasetCheck(Task<S, O> task, Dataset<S> dataset, Split split, List<Frame> pretraining) {
        this.task = task;
        this.dataset = dataset;
        this.split = split;
        this.pretraining = List.copyOf(pretraining);
    }

    /** A sample that was looked at. */
    private record Looked<S>(S sample, Item<S> labels, String hash, String failure) {}

    /**
     * Looks at everything.
     *
     * @param workers threads that decode
     */
    public Result run(int workers, Progress progress, Cancellation cancellation) {
        List<String> errors = new ArrayList<>();
        List<String> warnings = new ArrayList<>(dataset.notes());
        List<Part> parts = new ArrayList<>();
        Map<String, S> seen = new HashMap<>();
        Map<String, List<String>> leaks = new LinkedHashMap<>();
        try (Progress.Task shown = progress.start("check", "images", dataset.samples().size())) {
            for (SplitName name : SplitName.values()) {
                parts.add(part(name, workers, errors, warnings, seen, leaks, shown, cancellation));
            }
        }
        leaks.forEach(
                (between, pairs) ->
                        errors.add(
                                String.format(
                                        Locale.ROOT,
                                        "%s of %s, such as %s",
                                        Words.counted(pairs.size(), "image"),
                                        between,
                                        pairs.get(0))));
        leftOut(warnings);
        leaksIntoPretraining(errors);
        return new Result(errors, warnings, parts);
    }

    private Part part(
            SplitName name,
            int workers,
            List<String> errors,
            List<String> warnings,
            Map<String, S> seen,
            Map<String, List<String>> leaks,
            Progress.Task shown,
            Cancellation cancellation) {
        List<S> samples = dataset.part(split, name);
        int classes = dataset.classes().size();
        long[] occurrences = new long[classes];
        int[] samplesWith = new int[classes];
        List<String> failures = new ArrayList<>();
        Objective.Scoring<S, O> scoring =
                task.objective(
                                SettingValues.DEFAULTS,
                                dataset,
                                samples,
                                // No default wants them: they would be another look at all labels.
                                () -> {
                                    throw new IllegalStateException("classes are counted below");
                                })
                        .scoring();
        boolean[] scored = {false};
        looked(
                samples,
                workers,
                cancellation,
                looked -> {
                    shown.step(1, "");
                    if (looked.failure != null) {
                        failures.add(looked.failure);
                        return;
                    }
                    long[] own = task.occurrences(looked.labels, classes);
                    for (int c = 0; c < classes; c++) {
                        occurrences[c] += own[c];
                        samplesWith[c] += own[c] > 0 ? 1 : 0;
                    }
                    scoring.add(looked.labels, task.perfect(looked.labels));
                    scored[0] = true;
                    compare(looked, name, seen, leaks);
                });
        if (samples.isEmpty()) {
            errors.add("the part " + name.label() + " is empty (" + split.source() + ")");
        }
        tell(failures, name, errors);
        if (scored[0]) {
            Map.Entry<String, Double> main = scoring.scores().entrySet().iterator().next();
            if (Double.isNaN(main.getValue())) {
                errors.add(
                        "the part "
                                + name.label()
                                + " can have no "
                                + main.getKey()
                                + ", whatever is predicted: nothing in it is labelled with what"
                                + " the score is taken over");
            }
            absent(name, samplesWith, samples.size() - failures.size(), warnings);
        }
        return new Part(
                name.label(),
                split.patients(name).size(),
                samples.size(),
                failures.size(),
                occurrences,
                samplesWith);
    }

    private void compare(
            Looked<S> looked,
            SplitName name,
            Map<String, S> seen,
            Map<String, List<String>> leaks) {
        S before = seen.putIfAbsent(looked.hash, looked.sample);
        if (before == null) {
            return;
        }
        String other = split.of(before.patient()).map(SplitName::label).orElse("");
        if (!other.equals(name.label())) {
            leaks.computeIfAbsent(
                            name.label() + " are in " + other + ", too, byte by byte",
                            key -> new ArrayList<>())
                    .add(looked.sample.name() + " and " + before.name());
        }
    }

    private static void tell(List<String> failures, SplitName name, List<String> errors) {
        failures.stream().limit(TOLD).forEach(errors::add);
        if (failures.size() > TOLD) {
            errors.add(
                    "and "
                            + (failures.size() - TOLD)
                            + " more samples of "
                            + name.label()
                            + " that cannot be read");
        }
    }

    private void absent(SplitName name, int[] samplesWith, int readable, List<String> warnings) {
        List<String> absent = new ArrayList<>();
        List<String> always = new ArrayList<>();
        for (int c = 0; c < samplesWith.length; c++) {
            if (samplesWith[c] == 0) {
                absent.add(dataset.classes().get(c));
            } else if (samplesWith[c] == readable && task.isMultilabel()) {
                always.add(dataset.classes().get(c));
            }
        }
        if (!absent.isEmpty()) {
            warnings.add("not in " + name.label() + ": " + String.join(", ", absent));
        }
        if (!always.isEmpty()) {
            warnings.add(
                    "in every image of "
                            + name.label()
                            + ", so that nothing tells it apart: "
                            + String.join(", ", always));
        }
    }

    private void leftOut(List<String> warnings) {
        Set<String> patients = new TreeSet<>();
        long samples =
                dataset.samples().stream()
                        .filter(sample -> split.of(sample.patient()).isEmpty())
                        .peek(sample -> patients.add(sample.patient()))
                        .count();
        if (samples > 0) {
            warnings.add(
                    String.format(
                            Locale.ROOT,
                            "%d samples of %s are in no part (%s)",
                            samples,
                            Words.counted(patients.size(), "patient"),
                            split.source()));
        }
    }

    private void leaksIntoPretraining(List<String> errors) {
        Set<Path> files = new HashSet<>();
        Set<String> videos = new HashSet<>();
        for (Frame frame : pretraining) {
            files.add(frame.path().toAbsolutePath().normalize());
            videos.add(frame.video());
        }
        for (SplitName name : List.of(SplitName.VAL, SplitName.TEST)) {
            Set<String> shared = new TreeSet<>();
            int images = 0;
            for (S sample : dataset.part(split, name)) {
                if (videos.contains(sample.video())) {
                    shared.add(sample.video());
                }
                images += files.contains(sample.image().toAbsolutePath().normalize()) ? 1 : 0;
            }
            if (!shared.isEmpty() || images > 0) {
                errors.add(
                        String.format(
                                Locale.ROOT,
                                "the pretraining has seen the part %s: %s of the same name (%s),"
                                        + " %s of the same path",
                                name.label(),
                                Words.counted(shared.size(), "video"),
                                String.join(", ", shared),
                                Words.counted(images, "image")));
            }
        }
    }

    /** What takes the samples that were looked at, in order. */
    private interface Sink<S> {
        void accept(Looked<S> looked);
    }

    private void looked(List<S> samples, int workers, Cancellation cancellation, Sink<S> sink) {
        Preparation<S> preparation =
                new Preparation<>(task::labels, task.size().defaultValue(), Augmentation.NONE, 0);
        Iterator<Callable<Looked<S>>> source =
                samples.stream()
                        .<Callable<Looked<S>>>map(sample -> () -> look(preparation, sample))
                        .iterator();
        try (Prefetcher<Looked<S>> all = new Prefetcher<>(source, workers, 2 * workers)) {
            while (all.hasNext()) {
                cancellation.check();
                sink.accept(all.next());
            }
        }
    }

    private Looked<S> look(Preparation<S> preparation, S sample) throws Exception {
        try {
            // As the training reads it, image and labels compared.
            preparation.plain(sample);
            return new Looked<>(
                    sample, preparation.labelsOf(sample), Hashes.sha256(sample.image()), null);
        } catch (UserException e) {
            return new Looked<>(sample, null, null, e.getMessage());
        }
    }

    /** The fraction of each class among all that occurs in a part. */
    public static double[] fractions(long[] occurrences) {
        long all = Arrays.stream(occurrences).sum();
        return Arrays.stream(occurrences).mapToDouble(n -> (double) n / all).toArray();
    }
}
