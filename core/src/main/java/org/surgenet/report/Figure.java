package org.surgenet.report;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.surgenet.common.AtomicFiles;

/**
 * A figure with the numbers it shows, as files of one name.
 *
 * @param name of its files, without extension
 * @param chart drawn
 * @param data every number in it
 * @param caption what it shows and how it was made
 */
public record Figure(String name, Chart chart, Table data, String caption) {
    /** Writes PNG, SVG and CSV into a folder. */
    public void write(Path directory) throws IOException {
        chart.writeBoth(directory.resolve(name + ".png"));
        AtomicFiles.writeString(directory.resolve(name + ".csv"), Tables.csv(data));
    }

    /** The names of its files. */
    public List<String> files() {
        return List.of(name + ".png", name + ".svg", name + ".csv");
    }
}
