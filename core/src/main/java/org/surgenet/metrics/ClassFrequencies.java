package org.surgenet.metrics;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.surgenet.common.CsvTable;

/**
 * How frequent classes are in the targets that predictions were scored on, from the files beside a
 * {@code scores.csv} of one model.
 */
public final class ClassFrequencies {
    private ClassFrequencies() {}

    /**
     * The share of each class: of pixels (segmentation) or frames (phases) that are targets of it,
     * among all; of frames that fulfil a criterion (CVS). The background, which counts in no mean
     * over classes, is left out. Empty where the evidence is not there.
     *
     * @param scores whose neighbours {@code counts.csv} and {@code probabilities.csv} are read
     */
    public static Map<String, Double> beside(Path scores) {
        Path counts = scores.resolveSibling(CountsCsv.FILE_NAME);
        Path probabilities = scores.resolveSibling(ProbabilitiesCsv.FILE_NAME);
        if (Files.exists(counts)) {
            Map<String, Double> targets = new LinkedHashMap<>();
            Set<String> outside = new HashSet<>();
            CsvTable.scan(
                    counts,
                    row -> {
                        double n = row.number("tp") + row.number("fn");
                        targets.merge(row.get("class"), n, Double::sum);
                        if (!row.get("in_mean").equals("true")) {
                            outside.add(row.get("class"));
                        }
                    });
            double all = targets.values().stream().mapToDouble(Double::doubleValue).sum();
            targets.replaceAll((label, n) -> n / all);
            targets.keySet().removeAll(outside);
            return targets;
        }
        if (Files.exists(probabilities)) {
            Map<String, double[]> seen = new LinkedHashMap<>();
            CsvTable.scan(
                    probabilities,
                    row -> {
                        double[] n = seen.computeIfAbsent(row.get("class"), c -> new double[2]);
                        n[0] += row.number("target");
                        n[1]++;
                    });
            Map<String, Double> shares = new LinkedHashMap<>();
            seen.forEach((label, n) -> shares.put(label, n[0] / n[1]));
            return shares;
        }
        return Map.of();
    }
}
