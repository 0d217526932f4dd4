package org.surgenet.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.surgenet.finetune.FineTuneRequest;
import org.surgenet.image.AreaRange;
import org.surgenet.image.Resampling;
import org.surgenet.nn.Precision;
import org.surgenet.pretrain.PretrainRequest;
import org.surgenet.task.Augmentation;
import org.surgenet.task.InputSize;
import org.surgenet.train.TrainingLoop;
import picocli.CommandLine;

/** Each option reaches the setting of its name: every one gets a value that no other has. */
class OptionsByValueTest {
    @TempDir static Path folder;
    private static Path weights;

    @BeforeAll
    static void write() throws IOException {
        weights = Files.createFile(folder.resolve("of.pth"));
    }

    private static <T> T parsed(T options, String... arguments) {
        CommandLine parser = new CommandLine(options).setCaseInsensitiveEnumValuesAllowed(true);
        parser.registerConverter(Path.class, PathText::path);
        parser.parseArgs(arguments);
        return options;
    }

    @Test
    void optimisation() {
        PretrainRequest.Optimisation settings =
                parsed(
                                new DinoOptions(),
                                "--epochs=31",
                                "--batch-size=32",
                                "--accumulate=16",
                                "--lr=0.34",
                                "--min-lr=0.35",
                                "--warmup-epochs=21",
                                "--weight-decay=0.37",
                                "--weight-decay-end=0.38",
                                "--clip-grad=0.39")
                        .optimisation();

        assertThat(settings.epochs()).isEqualTo(31);
        assertThat(settings.batchSize()).isEqualTo(32);
        assertThat(settings.accumulate()).isEqualTo(16);
        assertThat(settings.lr()).isEqualTo(0.34);
        assertThat(settings.minLr()).isEqualTo(0.35);
        assertThat(settings.warmupEpochs()).isEqualTo(21);
        assertThat(settings.weightDecay()).isEqualTo(0.37);
        assertThat(settings.weightDecayEnd()).isEqualTo(0.38);
        assertThat(settings.clipGrad()).isEqualTo(0.39);
    }

    @Test
    void distillation() {
        PretrainRequest.Distillation settings =
                parsed(
                                new DinoOptions(),
                                "--freeze-last-layer=40",
                                "--momentum-teacher=0.41",
                                "--warmup-teacher-temp=0.42",
                                "--teacher-temp=0.43",
                                "--warmup-teacher-temp-epochs=44",
                                "--student-temp=0.45",
                                "--center-momentum=0.46",
                                "--koleo=0.47")
                        .distillation();

        assertThat(settings.freezeLastLayer()).isEqualTo(40);
        assertThat(settings.momentumTeacher()).isEqualTo(0.41);
        assertThat(settings.warmupTeacherTemp()).isEqualTo(0.42);
        assertThat(settings.teacherTemp()).isEqualTo(0.43);
        assertThat(settings.warmupTeacherTempEpochs()).isEqualTo(44);
        assertThat(settings.studentTemp()).isEqualTo(0.45);
        assertThat(settings.centreMomentum()).isEqualTo(0.46);
        assertThat(settings.koleo()).isEqualTo(0.47);
    }

    @Test
    void crops() {
        PretrainRequest.Crops settings =
                parsed(
                                new CropOptions(),
                                "--global-size=201",
                                "--local-size=102",
                                "--local-crops=3",
                                "--global-scale=0.4,0.9",
                                "--local-scale=0.1,0.3",
                                "--jpeg-decoding=full")
                        .crops();

        assertThat(settings.globalSize()).isEqualTo(201);
        assertThat(settings.localSize()).isEqualTo(102);
        assertThat(settings.localCrops()).isEqualTo(3);
        assertThat(settings.globalScale()).isEqualTo(new AreaRange(0.4, 0.9));
        assertThat(settings.localScale()).isEqualTo(new AreaRange(0.1, 0.3));
        assertThat(settings.reducedDecoding()).isFalse();
    }

    @Test
    void dinoModel() {
        PretrainRequest.Model settings =
                parsed(
                                new DinoModelOptions(),
                                "--backbone=caformer_test",
                                "--out-dim=77",
                                "--norm-last-layer=false",
                                "--weights=" + weights,
                                "--allow-partial",
                                "--precision=bf16",
                                "--weights-part=teacher")
                        .model();

        assertThat(settings.backbone()).isEqualTo("caformer_test");
        assertThat(settings.outDim()).isEqualTo(77);
        assertThat(settings.normLastLayer()).isFalse();
        assertThat(settings.weights()).hasValue(weights);
        assertThat(parsed(new DinoModelOptions(), "--continue=state.pth").model().continued())
                .hasValue(Path.of("state.pth"));
        assertThat(settings.allowPartial()).isTrue();
        assertThat(settings.precision()).isEqualTo(Precision.BF16);
        assertThat(settings.weightsPart()).hasValue("teacher");
    }

    @Test
    void pretrainRun() {
        PretrainRequest.Running settings =
                parsed(
                                new PretrainRunOptions(),
                                "--seed=51",
                                "--workers=52",
                                "--device=cpu",
                                "--checkpoint-every-steps=53",
                                "--keep-last=54",
                                "--keep-every-epochs=55",
                                "--max-bad-fraction=0.56",
                                "--knn-probe=probe.csv",
                                "--knn-every-epochs=57")
                        .running();

        assertThat(settings.seed()).isEqualTo(51);
        assertThat(settings.workers()).isEqualTo(52);
        assertThat(settings.device().isGpu()).isFalse();
        assertThat(settings.keeping().checkpointEverySteps()).isEqualTo(53);
        assertThat(settings.keeping().keepLast()).isEqualTo(54);
        assertThat(settings.keeping().keepEveryEpochs()).isEqualTo(55);
        assertThat(settings.keeping().maxBadFraction()).isEqualTo(0.56);
        assertThat(settings.knnProbe()).hasValue(Path.of("probe.csv"));
        assertThat(settings.knnEveryEpochs()).isEqualTo(57);
    }

    @Test
    void fineTuning() {
        FineTuneRequest settings =
                parsed(
                                new FineTuneOptions(),
                                "--backbone=caformer_test",
                                "--weights=" + weights,
                                "--allow-partial",
                                "--freeze-backbone",
                                "--weights-part=student",
                                "--epochs=61",
                                "--batch-size=62",
                                "--lr=0.63",
                                "--lr-schedule=constant",
                                "--weight-decay=0.64",
                                "--clip-grad=0.65",
                                "--augment=none",
                                "--resize=area",
                                "--output=to",
                                "--overwrite",
                                "--seed=66",
                                "--workers=67",
                                "--device=cpu")
                        .request(InputSize.parse("64x96"));

        assertThat(settings.model().backbone()).isEqualTo("caformer_test");
        assertThat(settings.model().weights()).hasValue(weights);
        assertThat(settings.model().allowPartial()).isTrue();
        assertThat(settings.model().freezeBackbone()).isTrue();
        assertThat(settings.model().weightsPart()).hasValue("student");
        assertThat(settings.optimisation().epochs()).isEqualTo(61);
        assertThat(settings.optimisation().batchSize()).isEqualTo(62);
        assertThat(settings.optimisation().lr()).isEqualTo(0.63);
        assertThat(settings.optimisation().schedule())
                .isEqualTo(FineTuneRequest.LrSchedule.CONSTANT);
        assertThat(settings.optimisation().weightDecay()).isEqualTo(0.64);
        assertThat(settings.optimisation().clipGrad()).isEqualTo(0.65);
        assertThat(settings.size().width()).isEqualTo(64);
        assertThat(settings.size().height()).isEqualTo(96);
        assertThat(settings.size().resampling()).isEqualTo(Resampling.AREA);
        assertThat(settings.augmentation()).isEqualTo(Augmentation.NONE);
        assertThat(settings.running().output()).isEqualTo(Path.of("to"));
        assertThat(settings.running().overwrite()).isTrue();
        assertThat(settings.running().seed()).isEqualTo(66);
        assertThat(settings.running().workers()).isEqualTo(67);
        assertThat(settings.running().device().isGpu()).isFalse();
    }

    /** Whoever makes a request by hand gets what the command line gives. */
    @Test
    void defaultsOfPretraining() {
        assertThat(parsed(new DinoOptions()).optimisation())
                .isEqualTo(PretrainRequest.Optimisation.builder().build());
        assertThat(parsed(new DinoOptions()).distillation())
                .isEqualTo(PretrainRequest.Distillation.builder().build());
        assertThat(parsed(new DinoModelOptions()).model())
                .isEqualTo(PretrainRequest.Model.builder().build());
        assertThat(parsed(new CropOptions()).crops())
                .isEqualTo(PretrainRequest.Crops.builder().build());
        assertThat(parsed(new KeepingOptions()).keeping())
                .isEqualTo(TrainingLoop.Keeping.builder().build());
    }

    @Test
    void defaultsOfFineTuning() {
        InputSize size = InputSize.parse("64x96");
        FineTuneRequest parsed =
                parsed(new FineTuneOptions(), "--output=to", "--workers=1", "--device=cpu")
                        .request(size);

        assertThat(parsed)
                .isEqualTo(
                        FineTuneRequest.builder(
                                        size,
                                        FineTuneRequest.Running.builder(Path.of("to"))
                                                .version(Version.VERSION)
                                                .build())
                                .build());
    }
}
