package org.surgenet.finetune;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.opencv.core.CvType;
import org.opencv.core.Mat;
import org.opencv.core.Scalar;
import org.surgenet.common.Cancellation;
import org.surgenet.common.CsvTable;
import org.surgenet.common.Json;
import org.surgenet.common.Preset;
import org.surgenet.common.Progress;
import org.surgenet.common.RunRecord;
import org.surgenet.common.Setting;
import org.surgenet.common.SettingException;
import org.surgenet.common.SettingValues;
import org.surgenet.dataset.Dataset;
import org.surgenet.dataset.DatasetReader;
import org.surgenet.dataset.Sample;
import org.surgenet.dataset.Split;
import org.surgenet.dataset.SplitName;
import org.surgenet.frames.Frame;
import org.surgenet.image.Images;
import org.surgenet.image.OpenCv;
import org.surgenet.metrics.ScoreRow;
import org.surgenet.metrics.ScoresCsv;
import org.surgenet.nn.Backbone;
import org.surgenet.nn.Classifier;
import org.surgenet.report.HtmlPage;
import org.surgenet.task.Augmentation;
import org.surgenet.task.GivenPredictions;
import org.surgenet.task.InputSize;
import org.surgenet.task.Item;
import org.surgenet.task.Losses;
import org.surgenet.task.Objective;
import org.surgenet.task.Occurrences;
import org.surgenet.task.PredictionSheet;
import org.surgenet.task.ReportRequest;
import org.surgenet.task.Task;
import org.surgenet.task.TaskNetwork;
import org.surgenet.task.TaskReport;

/**
 * A task and a format that are these classes and nothing else: whether smoke is in the picture,
 * from a table of file names.
 */
class ToyTaskTest {
    @TempDir Path folder;

    private record Picture(
            String name,
            Path image,
            String patient,
            String video,
            double timeSeconds,
            boolean smoke)
            implements Sample {
        @Override
        public String target() {
            return Boolean.toString(smoke);
        }
    }

    private static final Setting<String> TABLE =
            Setting.of("table", String.class, "NAME", "smoke.csv", "The table ({default}).");
    private static final Setting<Double> WEIGHT =
            Setting.of("smoke-weight", Double.class, "W", 1.0, "Weight of smoke ({default}).");
    private static final Setting<Double> THRESHOLD =
            Setting.of("threshold", Double.class, "P", 0.5, "Smoke from here on ({default}).");

    private static final class Table implements DatasetReader<Picture> {
        @Override
        public String format() {
            return "table";
        }

        @Override
        public String layout() {
            return "table: a table of file names";
        }

        @Override
        public List<Setting<?>> settings() {
            return List.of(TABLE);
        }

        @Override
        public Dataset<Picture> read(Path data, SettingValues values, Progress progress) {
            List<Picture> samples = new ArrayList<>();
            for (CsvTable.Row row :
                    CsvTable.read(data.resolve(values.get(TABLE)), "file", "smoke").rows()) {
                String patient = row.get("file").substring(0, 1);
                samples.add(
                        new Picture(
                                row.get("file"),
                                data.resolve(row.get("file")),
                                patient,
                                patient,
                                Double.NaN,
                                row.get("smoke").equals("yes")));
            }
            return new Dataset<>(
                    "toy", format(), List.of("smoke"), samples, Map.of(), "", List.of());
        }
    }

    private static final class Smoke implements Task<Picture, Double> {
        @Override
        public String id() {
            return "smoke";
        }

        @Override
        public String title() {
            return "smoke";
        }

        @Override
        public Help help() {
            return new Help("Find smoke.", "", "finetune-smoke");
        }

        @Override
        public List<DatasetReader<Picture>> readers() {
            return List.of(new Table());
        }

        @Override
        public List<Setting<?>> trainingSettings() {
            return List.of(WEIGHT);
        }

        @Override
        public List<Setting<?>> scoringSettings() {
            return List.of(THRESHOLD);
        }

        @Override
        public List<Preset> presets() {
            return List.of();
        }

        @Override
        public Setting<InputSize> size() {
            return InputSize.setting(64, 64);
        }

        @Override
        public TaskNetwork network(Backbone backbone, int classes) {
            Classifier model = new Classifier(backbone, classes);
            return new TaskNetwork(model, backbone, model::forward);
        }

        @Override
        public Objective<Picture, Double> objective(
                SettingValues values,
                Dataset<Picture> dataset,
                List<Picture> training,
                Supplier<Occurrences> occurrences) {
            return new Objective<>() {
                @Override
                public NDArray loss(NDArray logits, List<Item<Picture>> batch) {
                    float[] targets = new float[batch.size()];
                    for (int i = 0; i < targets.length; i++) {
                        targets[i] = batch.get(i).sample().smoke() ? 1 : 0;
                    }
                    return Losses.binaryCrossEntropy(
                            logits, targets, new double[] {values.get(WEIGHT)});
                }

                @Override
                public Scoring<Picture, Double> scoring() {
                    return new Scoring<>() {
                        private int right;
                        private int all;

                        @Override
                        public void add(Item<Picture> item, Double output) {
                            right += output > 0.5 == item.sample().smoke() ? 1 : 0;
                            all++;
                        }

                        @Override
                        public Map<String, Double> scores() {
                            return new LinkedHashMap<>(Map.of("accuracy", (double) right / all));
                        }
                    };
                }
            };
        }

        @Override
        public List<Double> decode(NDArray logits) {
            List<Double> outputs = new ArrayList<>();
            for (float logit : logits.toFloatArray()) {
                outputs.add(1 / (1 + Math.exp(-logit)));
            }
            return outputs;
        }

        @Override
        public Double perfect(Item<Picture> item) {
            return item.sample().smoke() ? 1.0 : 0;
        }

        @Override
        public long[] occurrences(Item<Picture> item, int classes) {
            return new long[] {item.sample().smoke() ? 1 : 0};
        }

        @Override
        public List<String> headline() {
            return List.of("accuracy");
        }

        @Override
        public List<String> results() {
            return List.of();
        }

        @Override
        public TaskReport<Picture, Double> report(ReportRequest<Picture> request) {
            double threshold = request.values().get(THRESHOLD);
            return new TaskReport<>(id(), request) {
                @Override
                public void add(Item<Picture> item, Double output) {
                    boolean right = output > threshold == item.sample().smoke();
                    row(item.sample().name(), "accuracy", ScoreRow.ALL, right ? 1 : 0, 1);
                }

                @Override
                public void finish(ObjectNode metrics, HtmlPage page) {
                    metrics.put(
                            "accuracy",
                            rows().stream().mapToDouble(ScoreRow::value).average().orElseThrow());
                }

                @Override
                public String averaging() {
                    return "Over pictures.";
                }
            };
        }

        @Override
        public PredictionSheet<Double> sheet(PredictionSheet.Request request) {
            return new PredictionSheet<>() {
                @Override
                public List<String> columns() {
                    return List.of("p_smoke");
                }

                @Override
                public List<String> write(int index, Frame frame, Double output) {
                    return List.of(output.toString());
                }
            };
        }

        @Override
        public Optional<GivenPredictions<Picture, Double>> given(
                Path predictions, String datasetName) {
            return Optional.empty();
        }
    }

    @BeforeEach
    void draw() throws IOException {
        OpenCv.load();
        StringBuilder table = new StringBuilder("file,smoke\n");
        for (String patient : List.of("a", "b", "c")) {
            for (int i = 0; i < 4; i++) {
                String name = patient + i + ".png";
                boolean smoke = i % 2 == 0;
                Mat picture = new Mat(64, 64, CvType.CV_8UC3, Scalar.all(smoke ? 220 : 40));
                Images.writePng(folder.resolve("data").resolve(name), picture);
                picture.release();
                table.append(name).append(smoke ? ",yes\n" : ",no\n");
            }
        }
        Files.writeString(folder.resolve("data/smoke.csv"), table);
    }

    @Test
    void isTrainedEvaluatedAndRefusesWhatItDoesNotRead() throws IOException {
        Smoke task = new Smoke();
        Path data = folder.resolve("data");
        Path split =
                Files.writeString(
                        folder.resolve("split.csv"), "patient,split\na,train\nb,val\nc,test\n");
        Dataset<Picture> dataset = task.read("table", data, SettingValues.DEFAULTS, Progress.NONE);
        Path run = folder.resolve("run");
        FineTuneRequest request =
                FineTuneRequest.builder(
                                InputSize.parse("64x64"),
                                FineTuneRequest.Running.builder(run).seed(5).build())
                        .model(FineTuneRequest.Model.builder().backbone("caformer_test").build())
                        .optimisation(
                                FineTuneRequest.Optimisation.builder()
                                        .epochs(10)
                                        .batchSize(4)
                                        .lr(3e-3)
                                        .build())
                        .augmentation(Augmentation.NONE)
                        .build();

        FineTuning.Outcome trained =
                new FineTuning<>(
                                request,
                                task,
                                SettingValues.DEFAULTS.with(WEIGHT, 2.0),
                                dataset,
                                Split.of(dataset, split, 0))
                        .run(Progress.NONE, Cancellation.NEVER, new RunRecord("test", List.of()));

        assertThat(trained.metric()).isEqualTo("accuracy");
        assertThat(trained.bestScore()).isEqualTo(1);
        JsonNode settings = Json.read(run.resolve("checkpoints/last/state.json")).get("settings");
        assertThat(settings.get("smoke_weight").asText()).isEqualTo("2.0");
        assertThat(settings.get("task").asText()).isEqualTo("smoke");

        ModelCard card =
                ModelCard.fromJson(
                        Json.read(run.resolve("model.json")), "model.json", List.of(task));
        assertThat(card.finished()).isTrue();
        TrainedModel model = new TrainedModel(run.resolve("model.safetensors"), card);
        Evaluation.Outcome scored =
                evaluation(model, data, split, SettingValues.DEFAULTS.with(THRESHOLD, 0.5))
                        .run(Progress.NONE, Cancellation.NEVER);

        assertThat(scored.metrics().get("accuracy").asDouble()).isEqualTo(1);
        assertThat(scored.metrics().at("/evaluation/threshold").asText()).isEqualTo("0.5");
        assertThat(ScoresCsv.read(folder.resolve("scored/scores.csv")))
                .hasSize(4)
                .extracting(ScoreRow::task)
                .containsOnly("smoke");
        Setting<Integer> other =
                Setting.of("relaxed-boundaries", Integer.class, "N", 0, "Of phases.");
        assertThatThrownBy(
                        () -> evaluation(model, data, split, SettingValues.DEFAULTS.with(other, 3)))
                .isInstanceOf(SettingException.class)
                .hasMessage("relaxed-boundaries 3: is for surgical phases, but this is smoke");
    }

    private Evaluation evaluation(TrainedModel model, Path data, Path split, SettingValues values) {
        return new Evaluation(
                model.file(),
                model,
                null,
                new EvaluationRequest(
                        new EvaluationRequest.Data(data, "table", split, null, SplitName.TEST),
                        new EvaluationRequest.Scoring("mine", values, 0),
                        EvaluationRequest.Running.builder(folder.resolve("scored"))
                                .batchSize(2)
                                .device(Device.cpu())
                                .build()));
    }
}
