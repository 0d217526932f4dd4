package org.surgenet.dataset;

import java.nio.file.Path;
import java.util.List;
import org.surgenet.common.Progress;
import org.surgenet.common.Setting;
import org.surgenet.common.SettingValues;

/**
 * Reads labelled data in one layout.
 *
 * @param <S> the samples
 */
public interface DatasetReader<S extends Sample> {
    /** The format's name. */
    String format();

    /** The layout in a few words, for help texts. */
    String layout();

    /** What it can be told beside where the data are. */
    default List<Setting<?>> settings() {
        return List.of();
    }

    /**
     * The settings with which it gives these classes, where it has a choice.
     *
     * @param classes names by index, of a trained model
     */
    default SettingValues settingsFor(List<String> classes) {
        return SettingValues.DEFAULTS;
    }

    /**
     * Reads a folder. Everything that can be known without decoding a picture is checked.
     *
     * @param data folder of the data
     * @param values of {@link #settings}
     * @throws org.surgenet.common.UserException naming the place if the data are not in this layout
     */
    Dataset<S> read(Path data, SettingValues values, Progress progress);
}
