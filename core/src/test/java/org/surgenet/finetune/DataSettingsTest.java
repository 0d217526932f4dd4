package org.surgenet.finetune;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.surgenet.common.Hashes;
import org.surgenet.common.Json;
import org.surgenet.common.Setting;
import org.surgenet.common.SettingValues;
import org.surgenet.dataset.ClassMerges;

/** What decides whether a run has the same labels. */
class DataSettingsTest {
    @Test
    void choicesCountAndOfFilesTheContent(@TempDir Path root) throws IOException {
        Path file = Files.writeString(root.resolve("merges.csv"), "class,into\na,b\n");
        SettingValues values =
                SettingValues.DEFAULTS
                        .with(Setting.of("label-fps", Double.class, "", null, ""), 2.5)
                        .with(Setting.of("frames", Path.class, "", null, ""), root)
                        .with(ClassMerges.SETTING, file);
        ObjectNode settings = Json.object();
        DataSettings.put(values, settings);
        assertThat(settings)
                .isEqualTo(
                        Json.object()
                                .put("data_label_fps", "2.5")
                                .put("data_merge_classes_sha256", Hashes.sha256(file)));

        ObjectNode none = Json.object();
        DataSettings.put(SettingValues.DEFAULTS, none);
        assertThat(none).isEmpty();
    }
}
