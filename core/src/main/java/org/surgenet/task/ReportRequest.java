package org.surgenet.task;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.surgenet.common.SettingValues;
import org.surgenet.dataset.Dataset;
import org.surgenet.dataset.Sample;

/**
 * What a report is about.
 *
 * @param model its name in {@code scores.csv}
 * @param output directory of the report
 * @param dataset the data
 * @param size of the network's input, and so of what it says of a picture's pixels; empty where
 *     predictions have the pictures' own size
 * @param samples that will come, in this order
 * @param training the samples that the model's training had, as far as the split tells; may be
 *     empty
 * @param modelHash SHA-256 of the model's weights; empty where predictions were given
 * @param overlays how many pictures to draw, evenly spread, where there are any to draw
 * @param values of the task's scoring settings
 */
public record ReportRequest<S extends Sample>(
        String model,
        Path output,
        Dataset<S> dataset,
        Optional<InputSize> size,
        List<S> samples,
        List<S> training,
        Optional<String> modelHash,
        int overlays,
        SettingValues values) {}
