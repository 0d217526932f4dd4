package org.surgenet.common;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class SameRunTest {
    private static void require(String before, JsonNode requested) {
        JsonNode there = Json.parse(before.getBytes(StandardCharsets.UTF_8), "before");
        SameRun.require(Path.of("out"), "a run", there, requested);
    }

    @Test
    void theFirstSettingThatDiffersIsNamed() {
        assertThatThrownBy(
                        () ->
                                require(
                                        "{\"lr\": 0.5, \"epochs\": 1, \"seed\": 3}",
                                        Json.object()
                                                .put("epochs", 2)
                                                .put("seed", 4)
                                                .put("lr", 0.5)))
                .isInstanceOf(UserException.class)
                .hasMessage(
                        "out: contains a run with epochs=1, but epochs=2 was requested; repeat the"
                                + " earlier settings, give another output directory, or set"
                                + " overwrite to replace it");
    }

    @Test
    void equalContentPassesWhateverItsJavaTypeAndOrder() {
        assertThatCode(
                        () ->
                                require(
                                        "{\"files\": [\"a\"], \"lr\": 0.25, \"n\": 1, \"map\":"
                                                + " null}",
                                        ((com.fasterxml.jackson.databind.node.ObjectNode)
                                                        Json.object()
                                                                .put("n", 1L)
                                                                .put("lr", 0.25f)
                                                                .putNull("map"))
                                                .set("files", Json.object().arrayNode().add("a"))))
                .doesNotThrowAnyException();
    }

    @Test
    void aSettingThatOnlyOneOfThemHasIsADifference() {
        assertThatThrownBy(() -> require("{\"n\": 1}", Json.object().put("n", 1).put("k", 5)))
                .hasMessageContaining("a run with k=(none), but k=5 was requested");
        assertThatThrownBy(() -> require("{\"n\": 1, \"k\": 5}", Json.object().put("n", 1)))
                .hasMessageContaining("a run with k=5, but k=(none) was requested");
    }

    @Test
    void aSettingInsideOfAnotherIsNamedWithIt() {
        assertThatThrownBy(
                        () ->
                                require(
                                        "{\"crops\": {\"local\": 8}}",
                                        Json.object().set("crops", Json.object().put("local", 6))))
                .hasMessageContaining("with crops.local=8, but crops.local=6 was requested");
    }

    @Test
    void whereARecordHasMoreOnlyTheSettingsCount() {
        JsonNode record = Json.object().put("k", 5).put("result", 0.5);
        assertThatCode(
                        () ->
                                SameRun.requireWithin(
                                        Path.of("out"), "a run", record, Json.object().put("k", 5)))
                .doesNotThrowAnyException();
        assertThatThrownBy(
                        () ->
                                SameRun.requireWithin(
                                        Path.of("out"), "a run", record, Json.object().put("k", 6)))
                .hasMessageContaining("k=5, but k=6 was requested");
    }

    @Test
    void anElementOfAListIsNamedByItsPlace() {
        JsonNode asked = Json.object().set("files", Json.object().arrayNode().add("a").add("c"));
        assertThatThrownBy(() -> require("{\"files\": [\"a\", \"b\"]}", asked))
                .hasMessageContaining("with files[1]=b, but files[1]=c was requested");
    }

    @Test
    void aLongValueIsCut() {
        assertThatThrownBy(
                        () ->
                                require(
                                        "{\"sha256\": \"" + "a".repeat(120) + "\"}",
                                        Json.object().put("sha256", "b".repeat(120))))
                .hasMessageContaining("sha256=" + "a".repeat(100) + "..., but sha256=bbb");
    }
}
