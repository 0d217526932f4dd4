package org.surgenet.probe;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.surgenet.common.Json;
import org.surgenet.common.Progress;
import org.surgenet.common.Setting;
import org.surgenet.common.SettingException;
import org.surgenet.common.SettingValues;
import org.surgenet.dataset.Dataset;
import org.surgenet.dataset.DatasetReader;
import org.surgenet.dataset.Sample;
import org.surgenet.dataset.Split;
import org.surgenet.dataset.SplitName;
import org.surgenet.features.FeatureTable;
import org.surgenet.pretrain.EmbeddedFrames;
import org.surgenet.task.cvs.CvsSample;
import org.surgenet.task.cvs.CvsTask;
import org.surgenet.task.phase.PhaseSample;
import org.surgenet.task.phase.PhaseTask;

/**
 * The frames of a labelled data set with what their features' rows should say: patient, video,
 * time, part of the split, and the phase as {@code label} or the raters' mean of each criterion as
 * {@code votes_NAME}. Patients that the split leaves out have an empty {@code split}.
 *
 * @param frames to embed
 * @param notes of the data set and the split, for people
 */
public record LabelledFrames(EmbeddedFrames frames, List<String> notes) {
    /**
     * Reads a data set of phases or criteria.
     *
     * @param settings of the format, but for the frames
     * @param frames of the videos, for phases; empty for those in {@code data}
     * @param splitFile null for the data set's own split or a drawn one
     * @param splitSeed null for the usual one
     * @throws org.surgenet.common.UserException if the data are not as the format says
     */
    public static LabelledFrames read(
            Path data,
            String format,
            SettingValues settings,
            Optional<Path> frames,
            Path splitFile,
            Long splitSeed) {
        SettingValues values = frames.map(f -> withFrames(settings, f)).orElse(settings);
        values.requireRead(settingsOf(format), key -> "is not for data of the format " + format);
        if (reads(new PhaseTask().readers(), format)) {
            Dataset<PhaseSample> dataset =
                    new PhaseTask().read(format, data, values, Progress.NONE);
            Function<PhaseSample, String> phase = s -> dataset.classes().get(s.phase());
            return of(dataset, Map.of(FeatureTable.LABEL, phase), splitFile, splitSeed);
        }
        if (reads(new CvsTask().readers(), format)) {
            Dataset<CvsSample> dataset = new CvsTask().read(format, data, values, Progress.NONE);
            Map<String, Function<CvsSample, String>> votes = new LinkedHashMap<>();
            for (int c = 0; c < dataset.classes().size(); c++) {
                int criterion = c;
                votes.put(
                        "votes_" + dataset.classes().get(c),
                        s -> s.votes().get(criterion).toString());
            }
            return of(dataset, votes, splitFile, splitSeed);
        }
        throw new SettingException(
                "format",
                format,
                "is not a layout of labelled whole frames; known: "
                        + String.join(
                                ", ",
                                Probe.readers().stream().map(DatasetReader::format).toList()));
    }

    private static List<Setting<?>> settingsOf(String format) {
        return Probe.readers().stream()
                .filter(reader -> reader.format().equals(format))
                .<Setting<?>>flatMap(reader -> reader.settings().stream())
                .toList();
    }

    @SuppressWarnings("unchecked") // The type is looked at.
    private static SettingValues withFrames(SettingValues settings, Path frames) {
        Setting<?> setting =
                Probe.settings().stream()
                        .filter(s -> s.key().equals("frames") && s.type() == Path.class)
                        .findFirst()
                        .orElseThrow();
        return settings.with((Setting<Path>) setting, frames);
    }

    private static boolean reads(List<? extends DatasetReader<?>> readers, String format) {
        return readers.stream().anyMatch(reader -> reader.format().equals(format));
    }

    private static <S extends Sample> LabelledFrames of(
            Dataset<S> dataset,
            Map<String, Function<S, String>> labels,
            Path splitFile,
            Long splitSeed) {
        long seed = splitSeed == null ? Split.DEFAULT_SEED : splitSeed;
        Split split = Split.of(dataset, splitFile, seed);
        List<S> samples = dataset.samples();
        Map<String, List<String>> columns = new LinkedHashMap<>();
        columns.put("name", cells(samples, Sample::name));
        columns.put(FeatureTable.PATIENT, cells(samples, Sample::patient));
        columns.put(FeatureTable.VIDEO, cells(samples, Sample::video));
        columns.put(FeatureTable.TIME, cells(samples, s -> EmbeddedFrames.time(s.timeSeconds())));
        columns.put(
                FeatureTable.SPLIT,
                cells(samples, s -> split.of(s.patient()).map(SplitName::label).orElse("")));
        labels.forEach((name, label) -> columns.put(name, cells(samples, label)));
        ObjectNode facts =
                Json.object()
                        .put("dataset", dataset.name())
                        .put("format", dataset.format())
                        .put("split", split.source())
                        .put("split_sha256", split.hash());
        ArrayNode classes = facts.putArray("classes");
        dataset.classes().forEach(classes::add);
        List<String> notes = new ArrayList<>(dataset.notes());
        split.unusedSeed(splitSeed).ifPresent(notes::add);
        return new LabelledFrames(
                new EmbeddedFrames(samples.stream().map(Sample::image).toList(), columns, facts),
                notes);
    }

    private static <S> List<String> cells(List<S> samples, Function<S, String> cell) {
        return samples.stream().map(cell).toList();
    }
}
