package org.surgenet.study;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.surgenet.common.CsvTable;

/** What the arms of a plan were pretrained on, as the fit of scores to it reads it. */
final class ScalingTable {
    private final List<Plan.Arm> known;

    ScalingTable(Plan plan) {
        known =
                plan.arms().stream()
                        .filter(arm -> arm.frames().isPresent() && arm.frames().getAsDouble() > 0)
                        .toList();
    }

    /**
     * Whether arms differ in their frames; else a fit to these is nothing that anybody asked for.
     */
    boolean isSeries() {
        return known.stream().mapToDouble(arm -> arm.frames().getAsDouble()).distinct().count() > 1;
    }

    /** Names of the arms whose number of frames is known. */
    List<String> arms() {
        return known.stream().map(Plan.Arm::name).toList();
    }

    void write(Path file) throws IOException {
        boolean procedures = known.stream().allMatch(arm -> arm.procedures().isPresent());
        List<String> header = new ArrayList<>(List.of("model", "frames", "architecture"));
        if (procedures) {
            header.add("procedures");
        }
        List<List<String>> rows = new ArrayList<>();
        for (Plan.Arm arm : known) {
            List<String> row = new ArrayList<>();
            row.addAll(
                    List.of(
                            arm.name(),
                            Double.toString(arm.frames().getAsDouble()),
                            arm.architecture()));
            if (procedures) {
                row.add(Double.toString(arm.procedures().getAsDouble()));
            }
            rows.add(row);
        }
        CsvTable.write(file, header, rows);
    }
}
