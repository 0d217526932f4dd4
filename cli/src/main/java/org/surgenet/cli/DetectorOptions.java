package org.surgenet.cli;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.surgenet.common.UserException;
import org.surgenet.curate.Threshold;
import org.surgenet.curate.Thresholds;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Spec;

/** An option for each threshold of the detectors, called as it is. */
@Command
final class DetectorOptions {
    private final Map<Threshold, OptionSpec> options = new LinkedHashMap<>();

    DetectorOptions() {
        this(Thresholds.ALL);
    }

    DetectorOptions(List<Threshold> thresholds) {
        for (Threshold threshold : thresholds) {
            options.put(
                    threshold,
                    OptionSpec.builder(name(threshold.name()))
                            .type(threshold.kind().type())
                            .paramLabel(threshold.kind().label())
                            .defaultValue(threshold.defaultText())
                            .description(threshold.description().replace("%", "%%"))
                            .build());
        }
    }

    private static String name(String threshold) {
        return "--" + threshold;
    }

    @Spec
    void declare(CommandSpec spec) {
        options.values().forEach(spec::addOption);
    }

    /**
     * @throws UserException if a value is out of its range
     */
    Thresholds thresholds() {
        Thresholds thresholds = Thresholds.defaults();
        for (Map.Entry<Threshold, OptionSpec> option : options.entrySet()) {
            thresholds = thresholds.with(option.getKey(), option.getValue().getValue());
        }
        thresholds.check(List.copyOf(options.keySet()), DetectorOptions::name);
        return thresholds;
    }
}
