package org.surgenet.stats;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.surgenet.common.CsvTable;
import org.surgenet.common.UserException;

/**
 * What each model was pretrained on, from a CSV file with the columns {@code model,frames} and, if
 * known, {@code procedures} (how many kinds of operation) and {@code architecture}.
 *
 * @param arms by model
 * @param withProcedures whether the file has the column
 */
record ScalingArms(Map<String, Arm> arms, boolean withProcedures) {
    /**
     * One model's pretraining.
     *
     * @param frames how many, above 0
     * @param procedures how many kinds; 0 where not told
     * @param architecture its name; empty where not told
     */
    record Arm(double frames, double procedures, String architecture) {}

    /**
     * @throws UserException if the file cannot be read or is not as described
     */
    static ScalingArms read(Path file) {
        CsvTable table = CsvTable.read(file, "model", "frames");
        boolean procedures = table.has("procedures");
        Map<String, Arm> arms = new LinkedHashMap<>();
        for (CsvTable.Row row : table.rows()) {
            double frames = row.number("frames");
            if (!(frames > 0) || Double.isInfinite(frames)) {
                throw row.error("frames", "must be a number above 0");
            }
            double kinds = procedures ? row.number("procedures") : 0;
            if (!Double.isFinite(kinds)) {
                throw row.error("procedures", "is not finite");
            }
            Arm arm = new Arm(frames, kinds, row.get("architecture", ""));
            if (arms.putIfAbsent(row.get("model"), arm) != null) {
                throw row.error("model", "is in an earlier line");
            }
        }
        return new ScalingArms(arms, procedures);
    }

    /**
     * The arms of some models.
     *
     * @throws UserException naming those that the file lacks
     */
    List<Arm> of(Path file, List<String> models) {
        List<String> absent = models.stream().filter(m -> !arms.containsKey(m)).toList();
        if (!absent.isEmpty()) {
            throw new UserException(
                    file + ": has no line for the model " + String.join(", ", absent));
        }
        return models.stream().map(arms::get).toList();
    }
}
