package org.surgenet.cli;

import java.nio.file.Path;
import org.surgenet.weights.KnownWeights;
import picocli.CommandLine.Option;

/** Where public weights that {@code --weights} names lie. */
final class WeightsDirOption {
    @Option(
            names = "--weights-dir",
            paramLabel = "DIR",
            defaultValue = "weights",
            description =
                    "Where to look when --weights is the name of public weights, such as"
                            + " SurgeNetXL ('surgenet weights list' shows them all); nothing is"
                            + " downloaded (default: ${DEFAULT-VALUE}).")
    Path directory;

    /** The file that {@code weights} means; see {@link KnownWeights#resolve}. */
    Path resolve(String weights) {
        return KnownWeights.resolve(weights, directory);
    }
}
