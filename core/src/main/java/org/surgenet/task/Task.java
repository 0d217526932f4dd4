package org.surgenet.task;

import ai.djl.ndarray.NDArray;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.opencv.core.Mat;
import org.surgenet.common.Preset;
import org.surgenet.common.Progress;
import org.surgenet.common.Setting;
import org.surgenet.common.SettingException;
import org.surgenet.common.SettingValues;
import org.surgenet.dataset.ClassMerges;
import org.surgenet.dataset.Dataset;
import org.surgenet.dataset.DatasetReader;
import org.surgenet.dataset.Sample;
import org.surgenet.nn.Backbone;

/**
 * What a network is fine-tuned for: where its labels are from, what is put on top of a backbone,
 * what is optimised, what the network's output means, and how it is scored. A new task is a package
 * with one of these and a line in {@code Tasks.ALL}; commands, training, evaluation and prediction
 * follow.
 *
 * @param <S> its samples
 * @param <O> what a network says of one picture
 */
public interface Task<S extends Sample, O> {
    /** As in {@code scores.csv}, such as {@code seg}. */
    String id();

    /** The command that trains such a network. */
    default String command() {
        return "finetune-" + id();
    }

    /** The task in a few words, such as "surgical phases", for help texts. */
    String title();

    /** What {@code finetune-ID --help} says of it. */
    Help help();

    /**
     * Text about a task's command.
     *
     * @param summary one sentence
     * @param details paragraph below it
     * @param example of a command line, without the program's name; in this and the other texts
     *     {@code {data}} stands for how a user writes the setting of this key
     */
    record Help(String summary, String details, String example) {}

    /** The layouts of data that it reads. */
    List<DatasetReader<S>> readers();

    /** What its training can be told beside what all trainings can. */
    List<Setting<?>> trainingSettings();

    /** What its scoring can be told beside what all scorings can. */
    List<Setting<?>> scoringSettings();

    /** Settings that belong together, by name. */
    List<Preset> presets();

    /** The size of the network's input. */
    Setting<InputSize> size();

    /** A network without values. */
    TaskNetwork network(Backbone backbone, int classes);

    /**
     * The target of each of the sample's pixels, for tasks whose target is a picture.
     *
     * @return (height, width) of the image, 8UC1, each pixel a class or {@link Item#IGNORE}; the
     *     caller's to release; empty if the sample itself has the target
     */
    default Optional<Mat> labels(S sample) {
        return Optional.empty();
    }

    /**
     * What is optimised.
     *
     * @param values of {@link #trainingSettings}
     * @param dataset the data
     * @param training the samples to learn from
     * @param occurrences of the classes in {@code training}; they take a look at every label
     * @throws org.surgenet.common.UserException if a value does not fit the classes
     */
    Objective<S, O> objective(
            SettingValues values,
            Dataset<S> dataset,
            List<S> training,
            Supplier<Occurrences> occurrences);

    /** What logits mean, image by image; they stay open. */
    List<O> decode(NDArray logits);

    /** Whether classes are fulfilled or not each on its own, not one among them. */
    default boolean isMultilabel() {
        return false;
    }

    /** What a network would say that is right about everything. */
    O perfect(Item<S> item);

    /**
     * How much there is of each class in a sample: pixels, or 1 for what a whole picture shows.
     *
     * @param item the sample with its labels
     * @param classes how many there are
     */
    long[] occurrences(Item<S> item, int classes);

    /** The scores that a summary in one line has, as they are called in {@code metrics.json}. */
    List<String> headline();

    /** The files and folders that its report writes, but for charts. */
    List<String> results();

    /** An empty report. */
    TaskReport<S, O> report(ReportRequest<S> request);

    /** What {@code predict} writes of frames without labels. */
    PredictionSheet<O> sheet(PredictionSheet.Request request);

    /**
     * Predictions that some program made, if they are of this task.
     *
     * @param predictions folder or file
     * @param datasetName of targets beside them
     */
    Optional<GivenPredictions<S, O>> given(Path predictions, String datasetName);

    /**
     * The reader of a format.
     *
     * @throws SettingException if this task has none
     */
    default DatasetReader<S> reader(String format) {
        return readers().stream()
                .filter(reader -> reader.format().equals(format))
                .findFirst()
                .orElseThrow(
                        () ->
                                new SettingException(
                                        "format",
                                        format,
                                        "unknown for this task; known: "
                                                + readers().stream()
                                                        .map(DatasetReader::format)
                                                        .collect(Collectors.joining(", "))));
    }

    /** What any of its readers can be told, and its classes to be merged where they can be. */
    default List<Setting<?>> dataSettings() {
        return Stream.concat(
                        readers().stream()
                                .<Setting<?>>flatMap(reader -> reader.settings().stream())
                                .distinct(),
                        mergesClasses() ? Stream.of(ClassMerges.SETTING) : Stream.of())
                .toList();
    }

    /** Whether classes of its data can be merged, see {@link #merged}. */
    default boolean mergesClasses() {
        return false;
    }

    /**
     * A sample with merged classes; empty if its class is ignored.
     *
     * @throws org.surgenet.common.UserException if the merges make no sense for this task
     */
    default Optional<S> merged(S sample, ClassMerges merges) {
        throw new UnsupportedOperationException(id() + " merges no classes");
    }

    /**
     * Reads labelled data.
     *
     * @param values of the reader's settings, perhaps beside others of the training or scoring
     * @throws org.surgenet.common.UserException if the data are not as the format says, or a value
     *     is given to a setting that this format has not
     */
    default Dataset<S> read(String format, Path data, SettingValues values, Progress progress) {
        DatasetReader<S> reader = reader(format);
        Path merges = values.get(ClassMerges.SETTING);
        if (merges != null && !mergesClasses()) {
            throw new SettingException(
                    ClassMerges.SETTING.key(),
                    merges,
                    "not applicable to " + title() + ", whose criteria are judged one by one");
        }
        SettingValues its = values.of(dataSettings());
        its.requireRead(
                Stream.concat(reader.settings().stream(), Stream.of(ClassMerges.SETTING)).toList(),
                key ->
                        "data of the format "
                                + format
                                + " have no choice here; it is for "
                                + readers().stream()
                                        .filter(
                                                other ->
                                                        other.settings().stream()
                                                                .anyMatch(s -> s.key().equals(key)))
                                        .map(DatasetReader::format)
                                        .collect(Collectors.joining(", ")));
        Dataset<S> dataset = reader.read(data, its, progress);
        return merges == null
                ? dataset
                : MergedData.of(this, dataset, ClassMerges.read(merges, dataset.classes()));
    }
}
