package org.surgenet.finetune;

import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.surgenet.common.Cancellation;
import org.surgenet.common.InterruptedRunException;
import org.surgenet.common.Json;
import org.surgenet.common.Missing;
import org.surgenet.common.Progress;
import org.surgenet.common.RunRecord;
import org.surgenet.common.SettingValues;
import org.surgenet.common.UserException;
import org.surgenet.common.Words;
import org.surgenet.common.Work;
import org.surgenet.dataset.Dataset;
import org.surgenet.dataset.Sample;
import org.surgenet.dataset.Split;
import org.surgenet.dataset.SplitName;
import org.surgenet.nn.Backbone;
import org.surgenet.nn.ImageNorm;
import org.surgenet.nn.zoo.Backbones;
import org.surgenet.task.Augmentation;
import org.surgenet.task.Item;
import org.surgenet.task.Objective;
import org.surgenet.task.Occurrences;
import org.surgenet.task.Preparation;
import org.surgenet.task.Task;
import org.surgenet.task.TaskNetwork;
import org.surgenet.train.Checkpoint;
import org.surgenet.train.Checkpoints;
import org.surgenet.train.RunDirectory;
import org.surgenet.train.TrainState;
import org.surgenet.train.TrainingLoop;
import org.surgenet.train.distributed.Communicator;
import org.surgenet.weights.WeightLoader;
import org.surgenet.weights.WeightsSource;

/**
 * A fine-tuning: takes up what its directory holds, trains a task's network to the last epoch, and
 * leaves that of the best epoch. Going on and stopping is {@link TrainingLoop}'s.
 */
public final class FineTuning<S extends Sample, O> implements Work<FineTuning.Outcome> {
    private static final Logger LOG = LoggerFactory.getLogger(FineTuning.class);

    private final FineTuneRequest request;
    private final Dataset<S> dataset;
    private final Split split;
    private final Task<S, O> task;
    private final Objective<S, O> objective;
    private final FineTuneLearner.Parts<S> parts;
    private final Communicator communicator;
    private final RunDirectory directory;
    private final TrainingLoop loop;
    private final TargetSurvey<S, O> survey;
    private final RunSettings settings;
    private Occurrences occurrences;

    /**
     * How a run ended.
     *
     * @param alreadyComplete whether there was nothing left to do
     * @param epochs that were trained
     * @param bestEpoch counted from 1
     * @param metric what decided
     * @param bestScore of that epoch on the validation part; NaN if undefined
     * @param model the file with the best epoch's network
     * @param skipped samples that could not be read
     */
    public record Outcome(
            boolean alreadyComplete,
            int epochs,
            long bestEpoch,
            String metric,
            double bestScore,
            Path model,
            int skipped)
            implements Work.Outcome {}

    /**
     * Checks everything that can be checked; touches no file.
     *
     * @throws UserException if something does not make sense
     */
    public FineTuning(
            FineTuneRequest request,
            Task<S, O> task,
            SettingValues values,
            Dataset<S> dataset,
            Split split) {
        this(request, task, values, dataset, split, Communicator.single());
    }

    /**
     * As {@link #FineTuning(FineTuneRequest, Task, SettingValues, Dataset, Split)}, as one process
     * among several: each works on its slice of every batch, the first one validates and writes.
     */
    public FineTuning(
            FineTuneRequest request,
            Task<S, O> task,
            SettingValues values,
            Dataset<S> dataset,
            Split split,
            Communicator communicator) {
        this.request = request;
        this.dataset = dataset;
        this.split = split;
        this.task = task;
        this.communicator = communicator;
        parts =
                new FineTuneLearner.Parts<>(
                        part(dataset, split, SplitName.TRAIN), part(dataset, split, SplitName.VAL));
        survey = new TargetSurvey<>(task, request.running().workers());
        objective = task.objective(values, dataset, parts.training(), this::occurrences);
        directory = new RunDirectory(request.running().output());
        settings = new RunSettings(request, task, values, dataset, split, parts, classWeights());
        loop =
                new TrainingLoop(
                        new TrainingLoop.Plan(
                                task.command(),
                                request.running().output(),
                                perEpoch(),
                                request.optimisation().epochs(),
                                settings.json(),
                                parts.training().size() + parts.validation().size(),
                                "sample",
                                request.running().keeping()),
                        communicator,
                        Clock.systemUTC());
    }

    private long perEpoch() {
        return request.optimisation().stepsPerEpoch(parts.training().size());
    }

    /** Of the classes in the training part; counted once. */
    private Occurrences occurrences() {
        if (occurrences == null) {
            occurrences = survey.occurrences(parts.training(), dataset.classes().size());
        }
        return occurrences;
    }

    private static <S extends Sample> List<S> part(
            Dataset<S> dataset, Split split, SplitName name) {
        List<S> samples = dataset.part(split, name);
        if (samples.isEmpty()) {
            throw new UserException(
                    "the split ("
                            + split.source()
                            + ") has no "
                            + name.label()
                            + " samples; give a split file with the columns patient,split");
        }
        return samples;
    }

    /** What is going to be done, for people. */
    @Override
    public String plan() {
        TaskNetwork network = network();
        long parameters = network.module().parameterCount();
        long head = parameters - network.backbone().parameterCount();
        return String.format(
                Locale.ROOT,
                "%s on %s: %d training samples of %d patients, %d validation samples of %d patients"
                        + " (%s)%n%s at %s, %,d parameters, of which %,d are trained%n%d epochs of"
                        + " %d steps; about %d MiB for checkpoints%n",
                task.command(),
                dataset.name(),
                parts.training().size(),
                split.patients(SplitName.TRAIN).size(),
                parts.validation().size(),
                split.patients(SplitName.VAL).size(),
                split.source(),
                request.model().backbone(),
                request.size(),
                parameters,
                request.model().freezeBackbone() ? head : parameters,
                request.optimisation().epochs(),
                perEpoch(),
                // Last has weights and two moments, best and the model have weights.
                5 * parameters * Float.BYTES / (1 << 20) + 1);
    }

    private TaskNetwork network() {
        return task.network(Backbones.create(request.model().backbone()), dataset.classes().size());
    }

    /**
     * Runs to the end or to the next interruption. If this fails in one of several processes, the
     * others wait in a sum that will never come: the caller has to {@link Communicator#abort}.
     *
     * @param cancellation looked at after each step and between its parts
     * @param record gets the weights that the backbone began with, the data and the outcome
     * @throws InterruptedRunException if asked to stop; the state is saved
     * @throws UserException if the directory holds another run, too many samples cannot be read or
     *     the loss is not finite; the last checkpoint is kept
     */
    @Override
    public Outcome run(Progress progress, Cancellation cancellation, RunRecord record)
            throws IOException {
        try (NDManager manager = NDManager.newBaseManager(request.running().device())) {
            return run(manager, progress, cancellation, record);
        }
    }

    /** As the public one, with all arrays in {@code manager}. */
    Outcome run(NDManager manager, Progress progress, Cancellation cancellation, RunRecord record)
            throws IOException {
        if (request.running().overwrite()) {
            clear();
        }
        describe(record);
        Optional<Checkpoint> saved = loop.saved(settings::upToDate);
        if (saved.isPresent() && communicator.isRoot()) {
            mendModel(manager, TrainState.of(saved.get().state()));
        }
        if (saved.isPresent() && loop.isComplete(saved.get())) {
            TrainState state = TrainState.of(saved.get().state());
            loop.mendCurves(() -> FineTuneLearner.panels(state.best().orElseThrow().metric()));
            return outcome(true, state);
        }
        if (communicator.isRoot()) {
            requireDefinedScore();
            tellData();
        }
        TaskNetwork network = network();
        network.module().initialize(manager, request.running().seed());
        String licence = saved.isPresent() ? "" : loadBackbone(network, record);
        if (request.model().freezeBackbone()) {
            network.backbone().freeze();
        }
        FineTuneLearner<S, O> learner =
                new FineTuneLearner<>(
                        manager,
                        request,
                        task,
                        parts,
                        objective,
                        network,
                        average(manager, network),
                        order(),
                        communicator,
                        loop.skipped(),
                        this::modelCard);
        TrainState state =
                saved.map(checkpoint -> loop.restore(checkpoint, learner))
                        .orElseGet(() -> TrainState.begin(0, licence, settings.json()));
        loop.run(learner, state, progress, cancellation);
        return outcome(false, state);
    }

    /** A network that starts as another one, if the request wants a moving average. */
    private Optional<TaskNetwork> average(NDManager manager, TaskNetwork network) {
        if (request.optimisation().refinements().ema() == 0) {
            return Optional.empty();
        }
        TaskNetwork average = network();
        average.module().allocate(manager);
        average.module().copyFrom(network.module());
        return Optional.of(average);
    }

    private SampleOrder order() {
        long seed = request.running().seed();
        if (request.optimisation().refinements().sampling() == FineTuneRequest.Sampling.SHUFFLED) {
            return SampleOrder.shuffled(seed, parts.training().size());
        }
        double[] chances = occurrences().balancedChances();
        double sum = Arrays.stream(chances).sum();
        LOG.info(
                "balanced sampling: a sample with the rarest class is drawn {} times an epoch on"
                        + " average, one of the most frequent ones {} times",
                times(Arrays.stream(chances).max().orElseThrow() / sum),
                times(Arrays.stream(chances).filter(c -> c > 0).min().orElseThrow() / sum));
        return SampleOrder.weighted(seed, chances);
    }

    private String times(double chance) {
        return String.format(Locale.ROOT, "%.2g", chance * parts.training().size());
    }

    /** Tells which data are trained on, and how classes are weighted. */
    private void tellData() {
        LOG.info(
                "{}: {}; {}; {} ({})",
                dataset.name(),
                described(SplitName.TRAIN),
                described(SplitName.VAL),
                described(SplitName.TEST),
                split.source());
        classWeights().ifPresent(weights -> LOG.info("class weights: {}", weights));
    }

    private String described(SplitName name) {
        return name.label()
                + " "
                + Words.counted(split.patients(name).size(), "patient")
                + ", "
                + Words.counted(dataset.part(split, name).size(), "sample");
    }

    /** The weights of the classes in the loss, by name; empty where all count the same. */
    private Optional<ObjectNode> classWeights() {
        return objective
                .classWeights()
                .map(
                        weights -> {
                            ObjectNode named = Json.object();
                            for (int c = 0; c < weights.length; c++) {
                                named.put(dataset.classes().get(c), weights[c]);
                            }
                            return named;
                        });
    }

    /** Opens every image and label of all parts. */
    public DatasetCheck.Result check(int workers, Progress progress, Cancellation cancellation) {
        return new DatasetCheck<>(task, dataset, split, List.of())
                .run(workers, progress, cancellation);
    }

    /**
     * Finds out before training whether the validation part can have a score at all.
     *
     * @throws UserException if even perfect predictions have none
     */
    public void requireDefinedScore() {
        Preparation<S> preparation =
                new Preparation<>(
                        task::labels, request.size(), Augmentation.NONE, request.running().seed());
        Objective.Scoring<S, O> scoring = objective.scoring();
        for (S sample : parts.validation()) {
            try {
                Item<S> item = preparation.labelsOf(sample);
                scoring.add(item, task.perfect(item));
            } catch (UserException e) {
                // It is counted where the sample is wanted.
                LOG.debug("{}", e.getMessage());
            }
        }
        Map.Entry<String, Double> main = scoring.scores().entrySet().iterator().next();
        if (Double.isNaN(main.getValue())) {
            throw new UserException(
                    String.format(
                            Locale.ROOT,
                            "the validation part (%s of %s; %s) has no %s, whatever is predicted:"
                                    + " nothing in it is labelled with what the score is taken"
                                    + " over; give another split",
                            Words.counted(parts.validation().size(), "sample"),
                            String.join(", ", split.patients(SplitName.VAL)),
                            split.source(),
                            main.getKey()));
        }
    }

    private void clear() throws IOException {
        if (communicator.isRoot()) {
            Files.deleteIfExists(TrainedModel.weights(request.running().output()));
            Files.deleteIfExists(TrainedModel.card(request.running().output()));
        }
        loop.clear();
    }

    private void describe(RunRecord record) {
        record.put("seed", request.running().seed());
        record.put("preprocessing", request.size().preprocessing());
        record.section("data")
                .put("dataset", dataset.name())
                .put("split", split.source())
                .put("split_sha256", split.hash())
                .put("labels_sha256", settings.labels())
                .put("training_samples", parts.training().size())
                .put("validation_samples", parts.validation().size());
        classWeights().ifPresent(weights -> record.section("class_weights").setAll(weights));
    }

    /**
     * Writes the model's files again if one is missing: the run might go on without a better epoch,
     * and end without them.
     *
     * @throws UserException if the best epoch's network is gone, too
     */
    private void mendModel(NDManager manager, TrainState state) throws IOException {
        Path output = request.running().output();
        List<String> missing = TrainedModel.missing(output);
        if (missing.isEmpty() || state.best().isEmpty()) {
            return;
        }
        if (!Missing.isMissing(TrainedModel.weights(output))) {
            TrainedModel.repeatCard(output);
        } else {
            Checkpoint best =
                    directory
                            .checkpoints()
                            .load(Checkpoints.BEST)
                            .orElseThrow(
                                    () ->
                                            new UserException(
                                                    TrainedModel.weights(output)
                                                            + ": is missing, and so is "
                                                            + directory
                                                                    .checkpoints()
                                                                    .folder()
                                                                    .resolve(Checkpoints.BEST)
                                                            + " to write it from; set overwrite"
                                                            + " to train again"));
            try (NDManager inner = manager.newSubManager()) {
                TaskNetwork network = network();
                network.module().allocate(inner);
                best.restore(FineTuneLearner.NETWORK, network.arrays());
                TrainedModel.write(output, network, modelCard(TrainState.of(best.state())));
            }
            if (state.endedEarly() || state.epochs().size() == request.optimisation().epochs()) {
                TrainedModel.finish(output);
            }
        }
        LOG.warn("{}: {}; written again", output, Missing.shown(missing));
    }

    /**
     * Finds out whether weights fit a backbone, by loading them.
     *
     * @throws UserException if they do not, or the backbone is unknown
     */
    public static void requireFit(String backbone, WeightsSource weights) {
        try (NDManager manager = NDManager.newBaseManager()) {
            Backbone network = Backbones.create(backbone);
            network.allocate(manager);
            WeightLoader.load(network, weights, new RunRecord("", List.of()));
        }
    }

    private String loadBackbone(TaskNetwork network, RunRecord record) {
        Optional<Path> weights = request.model().weights();
        if (weights.isEmpty()) {
            LOG.info("the backbone {} begins with random weights", request.model().backbone());
            return "your own, trained from random weights with 'surgenet "
                    + task.command()
                    + "'; the terms of the data apply";
        }
        WeightLoader.load(
                network.backbone(),
                new WeightsSource(
                        weights.get(),
                        request.model().weightsPart(),
                        request.model().allowPartial()),
                record);
        return WeightLoader.licenceOfDerived(weights.get());
    }

    private ModelCard modelCard(TrainState state) {
        TrainState.Best best = state.best().orElseThrow();
        return new ModelCard(
                task,
                request.model().backbone(),
                dataset.classes(),
                request.size(),
                ImageNorm.IMAGENET,
                dataset.name(),
                dataset.format(),
                split.source(),
                split.hash(),
                split.seed(),
                request.model().weights().map(Path::toString).orElse("none"),
                state.licence(),
                best.epoch(),
                best.metric(),
                best.score(),
                request.optimisation().epochs(),
                false,
                request.running().seed(),
                request.running().version());
    }

    private Outcome outcome(boolean alreadyComplete, TrainState state) {
        int skipped = loop.skippedIn(state.epochs().get(state.epochs().size() - 1));
        // Of several processes only the first one knows the scores.
        TrainState.Best best = state.best().orElse(new TrainState.Best(0, "", Double.NaN, 0));
        return new Outcome(
                alreadyComplete,
                state.epochs().size(),
                best.epoch(),
                best.metric(),
                best.score(),
                TrainedModel.weights(request.running().output()),
                skipped);
    }
}
