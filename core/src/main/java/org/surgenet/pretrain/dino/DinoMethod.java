package org.surgenet.pretrain.dino;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.surgenet.common.CounterRandom;
import org.surgenet.common.InterruptedRunException;
import org.surgenet.common.Json;
import org.surgenet.common.Preset;
import org.surgenet.common.SettingException;
import org.surgenet.loader.ViewMaker;
import org.surgenet.nn.Backbone;
import org.surgenet.nn.zoo.Backbones;
import org.surgenet.pretrain.Method;
import org.surgenet.pretrain.PretrainRequest;
import org.surgenet.train.AdamW;
import org.surgenet.train.Curves;
import org.surgenet.train.Learner;
import org.surgenet.train.Schedule;
import org.surgenet.train.Schedules;
import org.surgenet.train.TrainState;
import org.surgenet.train.distributed.Communicator;

/**
 * DINO (Caron et al. 2021): a student learns to give, from small crops too, what a slowly following
 * teacher gives from large ones. Schedules, loss and names are those of {@code main_dino.py}.
 */
public final class DinoMethod implements Method {
    private static final List<Curves.Panel> PANELS =
            List.of(
                    new Curves.Panel("Loss", "step", "loss", false, List.of("loss")),
                    new Curves.Panel("Learning rate", "step", "lr", false, List.of("lr")),
                    new Curves.Panel(
                            "Teacher's entropy", "step", "nats", false, List.of("teacher_entropy")),
                    new Curves.Panel(
                            "Spread of features",
                            "step",
                            "std · √D",
                            false,
                            List.of("feature_std")),
                    new Curves.Panel(
                            "Effective rank of features",
                            "step",
                            "dimensions",
                            false,
                            List.of("feature_rank")));

    private static final String LOSS = "loss";
    private static final String LR = "lr";
    private static final String WEIGHT_DECAY = "weight_decay";

    /** Settings of a run that belong together. */
    public static final List<Preset> PRESETS =
            Preset.of(DinoMethod.class, "surgenetxl", "small-data", "smoke");

    private static final String STEPS = "steps";

    private final PretrainRequest request;

    /**
     * @param request with the method's settings
     */
    public DinoMethod(PretrainRequest request) {
        this.request = request;
    }

    @Override
    public ViewMaker views() {
        return request.crops().views();
    }

    @Override
    public List<Curves.Panel> panels() {
        return PANELS;
    }

    @Override
    public Trainee begin(NDManager manager, Communicator communicator, long perEpoch) {
        requireNeighbours(communicator.size());
        return new DinoTrainee(newDino(manager, communicator), communicator, perEpoch);
    }

    private void requireNeighbours(int processes) {
        PretrainRequest.Optimisation o = request.optimisation();
        int images = o.batchSize() / processes / o.accumulate();
        if (request.distillation().koleo() > 0 && images < 2) {
            throw new SettingException(
                    "koleo",
                    request.distillation().koleo(),
                    "needs neighbours, but a micro-batch of a process has only " + images);
        }
    }

    /** The networks that are asked for, with random values, and what trains them. */
    Dino newDino(NDManager manager, Communicator communicator) {
        PretrainRequest.Model model = request.model();
        PretrainRequest.Optimisation o = request.optimisation();
        PretrainRequest.Distillation d = request.distillation();
        return new Dino(
                manager,
                () -> Backbones.create(model.backbone()),
                new Dino.Settings(
                        model.outDim(),
                        !model.normLastLayer(),
                        d.studentTemp(),
                        d.centreMomentum(),
                        d.koleo(),
                        o.clipGrad() == 0 ? Double.POSITIVE_INFINITY : o.clipGrad(),
                        model.precision()),
                request.running().seed(),
                communicator);
    }

    private final class DinoTrainee implements Trainee {
        private final Dino dino;
        private final Communicator communicator;
        private final long perEpoch;
        private final Schedule lr;
        private final Schedule weightDecay;
        private final Schedule momentum;
        private final Schedule temperature;
        private final Watch watch;
        private Dino.Outcome last;

        DinoTrainee(Dino dino, Communicator communicator, long perEpoch) {
            this.dino = dino;
            this.communicator = communicator;
            this.perEpoch = perEpoch;
            PretrainRequest.Optimisation o = request.optimisation();
            PretrainRequest.Distillation d = request.distillation();
            long steps = perEpoch * o.epochs();
            long warmup = o.warmupEpochs() * perEpoch;
            lr = Schedules.cosine(o.scaledLr(), o.minLr(), steps, warmup);
            weightDecay = Schedules.cosine(o.weightDecay(), o.weightDecayEnd(), steps);
            momentum = Schedules.cosine(d.momentumTeacher(), 1, steps);
            temperature =
                    Schedules.perEpochWarmup(
                            d.warmupTeacherTemp(),
                            d.teacherTemp(),
                            d.warmupTeacherTempEpochs(),
                            Math.toIntExact(perEpoch));
            watch =
                    new Watch(
                            request.model().outDim(),
                            steps,
                            warmup,
                            request.running().workers()
                                    < Runtime.getRuntime().availableProcessors());
        }

        @Override
        public Backbone student() {
            return dino.student().backbone();
        }

        @Override
        public void started() {
            dino.teacher().copyFrom(dino.student());
        }

        @Override
        public int takeUp(Path checkpoint) {
            DinoCheckpoint file = DinoCheckpoint.read(checkpoint);
            file.restore(dino);
            return file.epochs();
        }

        @Override
        public Backbone result() {
            return dino.teacher().backbone();
        }

        @Override
        public Map<String, Map<String, NDArray>> arrays() {
            Map<String, Map<String, NDArray>> all = new LinkedHashMap<>();
            all.put("student", dino.student().arrays());
            all.put("teacher", dino.teacher().arrays());
            all.put("optimizer", dino.optimizer().moments());
            all.put("centre", Map.of("center", dino.centre()));
            return all;
        }

        @Override
        public AdamW optimizer() {
            return dino.optimizer();
        }

        @Override
        public Learner.Step step(
                long step, Views views, int[] images, TrainState state, BooleanSupplier stop) {
            long epoch = step / perEpoch;
            Dino.Rates rates =
                    new Dino.Rates(
                            lr.at(step),
                            weightDecay.at(step),
                            momentum.at(step),
                            temperature.at(step),
                            epoch < request.distillation().freezeLastLayer());
            last =
                    dino.step(
                            () -> parts(views, images, stop),
                            images.length,
                            rates,
                            CounterRandom.of(request.running().seed(), step));
            state.add(LOSS, last.loss());
            state.add(LR, rates.lr());
            state.add(WEIGHT_DECAY, rates.weightDecay());
            state.add(STEPS, 1);
            ObjectNode line =
                    Json.object()
                            .put("step", step)
                            .put("epoch", epoch)
                            .put("loss", last.loss())
                            .put("lr", rates.lr())
                            .put("wd", rates.weightDecay())
                            .put("momentum", rates.momentum())
                            .put("teacher_temp", rates.teacherTemperature())
                            .put("grad_norm", last.gradientNorm())
                            .put("teacher_entropy", last.teacherEntropy())
                            .put("feature_std", last.spread().std())
                            .put("feature_rank", last.spread().rank())
                            .put("center_norm", last.centreNorm());
            if (request.distillation().koleo() > 0) {
                line.put("koleo", last.koleo());
            }
            int all = Arrays.stream(images).sum() * communicator.size();
            return new Learner.Step(line, last.loss(), rates.lr(), all);
        }

        /** A step's parts; between them all processes may be asked to give the step up. */
        private static Iterator<Dino.Views> parts(Views views, int[] images, BooleanSupplier stop) {
            return new Iterator<>() {
                private int given;

                @Override
                public boolean hasNext() {
                    return given < images.length;
                }

                @Override
                public Dino.Views next() {
                    if (given > 0 && stop.getAsBoolean()) {
                        throw new InterruptedRunException();
                    }
                    return new LoaderViews(views.next(images[given++]));
                }
            };
        }

        @Override
        public List<String> warnings(
                long step, Learner.Step outcome, double waited, double seconds) {
            return watch.see(step, step / perEpoch, last, waited, seconds);
        }

        @Override
        public String remedy() {
            PretrainRequest.Optimisation o = request.optimisation();
            return "Lower lr, "
                    + (o.clipGrad() == 0 ? "set" : "lower")
                    + " clip-grad"
                    + (o.warmupEpochs() < o.epochs() ? ", or raise warmup-epochs" : "");
        }

        @Override
        public ObjectNode endEpoch(long epoch, TrainState state) {
            double steps = state.sum(STEPS);
            return Json.object()
                    .put("train_loss", state.sum(LOSS) / steps)
                    .put("train_lr", state.sum(LR) / steps)
                    .put("train_wd", state.sum(WEIGHT_DECAY) / steps)
                    .put("epoch", epoch);
        }
    }
}
