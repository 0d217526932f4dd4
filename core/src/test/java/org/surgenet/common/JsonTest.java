package org.surgenet.common;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JsonTest {
    @TempDir Path folder;

    @Test
    void whatIsWrittenIsReadAgain() throws IOException {
        Path file = folder.resolve("f.json");
        ObjectNode node = Json.object().put("text", "ä").put("number", 0.1).putNull("nothing");
        node.putArray("list").add(1).add(2);

        Json.write(file, node);

        assertThat(Json.read(file)).isEqualTo(node);
        assertThat(Json.line(node))
                .isEqualTo("{\"text\":\"ä\",\"number\":0.1,\"nothing\":null,\"list\":[1,2]}");
        assertThat(Json.pretty(node)).endsWith("}\n").contains("\n");
    }

    @Test
    void errorsNameFileAndLine() throws IOException {
        Path file = Files.writeString(folder.resolve("f.json"), "{\"a\": 1,\n \"b\": }");
        assertThatThrownBy(() -> Json.read(file))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("f.json: not valid JSON at line 2");
        assertThatThrownBy(() -> Json.read(folder.resolve("no.json")))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("no.json: cannot be read");
        assertThatThrownBy(() -> Json.parse("{".getBytes(StandardCharsets.UTF_8), "line 7"))
                .isInstanceOf(UserException.class)
                .hasMessageStartingWith("line 7: not valid JSON")
                .message()
                .doesNotContain("\n");
    }

    @Test
    void aNameTwiceIsAnError() {
        assertThatThrownBy(
                        () -> Json.parse("{\"a\":1,\"a\":2}".getBytes(StandardCharsets.UTF_8), "x"))
                .isInstanceOf(UserException.class);
    }
}
