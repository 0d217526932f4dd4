package org.surgenet.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.surgenet.common.Json;
import org.surgenet.common.RunRecord;
import org.surgenet.common.UserException;

class ShardsTest {
    private static final String ONE = "model-00001-of-00002.safetensors";
    private static final String TWO = "model-00002-of-00002.safetensors";

    @TempDir Path folder;

    private Path index;
    private final Map<String, String> map = new LinkedHashMap<>();

    @BeforeEach
    void write() throws IOException {
        index = folder.resolve("model.safetensors.index.json");
        shard(ONE, "a", "b");
        shard(TWO, "c");
        map.putAll(Map.of("a", ONE, "b", ONE, "c", TWO));
        writeIndex();
    }

    private static Tensor tensor(String name) {
        return Tensor.computed(new long[] {2}, () -> new float[] {name.charAt(0), 1});
    }

    private void shard(String file, String... names) throws IOException {
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        for (String name : names) {
            tensors.put(name, tensor(name));
        }
        Safetensors.writeTensors(folder.resolve(file), tensors, Map.of("licence", "some"));
    }

    private void writeIndex() throws IOException {
        ObjectNode json = Json.object();
        json.putObject("metadata").put("total_size", 24);
        ObjectNode names = json.putObject("weight_map");
        map.forEach(names::put);
        Json.write(index, json);
    }

    private void refused(String... message) {
        assertThatThrownBy(() -> WeightsFile.read(index))
                .isInstanceOf(UserException.class)
                .satisfies(e -> assertThat(e.getMessage()).contains(message).doesNotContain("\n"));
    }

    @Test
    void anIndexStandsForAllItsShards() {
        StateDict weights = WeightsFile.read(index);

        assertThat(weights.tensors().keySet()).containsExactlyInAnyOrder("a", "b", "c");
        assertThat(weights.tensors().get("c").toDoubles()).containsExactly('c', 1);
        assertThat(weights.metadata()).containsEntry("licence", "some");
        assertThat(WeightsFile.shards(index))
                .containsExactlyInAnyOrder(folder.resolve(ONE), folder.resolve(TWO));
    }

    /** As pytorch_model.bin.index.json has them. */
    @Test
    void shardsMayBePyTorchFiles() throws IOException {
        PthWriter.write(folder.resolve("p-00001-of-00001.bin"), Map.of("a", tensor("a")));
        map.clear();
        map.put("a", "p-00001-of-00001.bin");
        writeIndex();

        assertThat(WeightsFile.read(index).tensors().get("a").toDoubles()).containsExactly('a', 1);
    }

    /** In the cache of Hugging Face's libraries every shard is a link to another folder. */
    @Test
    void shardsMayBeLinks(@TempDir Path elsewhere) throws IOException {
        Path target = elsewhere.resolve("0123abcd");
        Files.move(folder.resolve(TWO), target);
        Files.createSymbolicLink(folder.resolve(TWO), target);

        assertThat(WeightsFile.read(index).tensors()).containsKey("c");
    }

    @Test
    void aMissingShardIsNamed() throws IOException {
        Files.delete(folder.resolve(TWO));

        refused(TWO + ": is missing, one of the 2 shards");
    }

    @ParameterizedTest
    @ValueSource(strings = {"../x.safetensors", "/etc/passwd", "a/../../x", "", ".", "a\u0000b"})
    void aShardOutsideTheFolderIsRefused(String path) throws IOException {
        map.put("c", path);
        writeIndex();

        refused("model.safetensors.index.json: ");
    }

    @Test
    void whatIndexAndShardsSayMustAgree() throws IOException {
        map.put("d", TWO);
        writeIndex();
        refused(TWO + ": does not hold d,");

        map.remove("d");
        map.remove("b");
        writeIndex();
        refused(ONE + ": holds b, which", "does not list");

        map.put("b", ONE);
        writeIndex();
        shard(TWO, "c", "a");
        refused("two of its shards hold a: ");
    }

    @Test
    void otherJsonIsNoIndex() throws IOException {
        Files.writeString(index, "{\"weight_map\": {\"a\": \"" + ONE + "\", \"a\": \"x\"}}");
        refused("not valid JSON", "Duplicate");

        Files.writeString(index, "{\"hidden_size\": 768}");
        refused("no index of weights: it has no 'weight_map'");

        Files.writeString(index, "{\"weight_map\": {}}");
        refused("no 'weight_map'");

        Files.writeString(index, "{\"weight_map\": {\"a\": \"" + index.getFileName() + "\"}}");
        refused("is neither a PyTorch checkpoint nor a safetensors file");
    }

    @Test
    void theRecordNamesTheShardsAndOneShardPointsToItsIndex() throws IOException {
        RunRecord record = new RunRecord("test", List.of());
        org.surgenet.nn.Backbone network = org.surgenet.nn.zoo.Backbones.create("caformer_test");
        assertThatThrownBy(
                        () ->
                                WeightLoader.load(
                                        network,
                                        new WeightsSource(
                                                folder.resolve(ONE),
                                                java.util.Optional.empty(),
                                                false),
                                        record))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("it is one of several shards, give " + index);
    }
}
