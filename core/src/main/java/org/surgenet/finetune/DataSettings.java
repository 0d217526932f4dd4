package org.surgenet.finetune;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import org.surgenet.common.Hashes;
import org.surgenet.common.SettingValues;
import org.surgenet.common.UserException;
import org.surgenet.dataset.ClassMerges;

/** What was said of labels besides their files, so that a run that goes on has the same. */
final class DataSettings {
    private DataSettings() {}

    /**
     * Puts the given values of a task's data settings under {@code data_KEY}; of paths, which may
     * move, only the merges' file, by its hash.
     */
    static void put(SettingValues values, ObjectNode settings) {
        values.textsBut(Path.class)
                .forEach((key, text) -> settings.put("data_" + key.replace('-', '_'), text));
        Path merges = values.get(ClassMerges.SETTING);
        if (merges != null) {
            try {
                settings.put("data_merge_classes_sha256", Hashes.sha256(merges));
            } catch (IOException e) {
                throw new UserException(merges + ": cannot be read: " + e.getMessage(), e);
            }
        }
    }
}
