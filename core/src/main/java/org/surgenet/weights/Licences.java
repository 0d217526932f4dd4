package org.surgenet.weights;

import java.util.Locale;

/** Under which licence weights are, as far as a file tells. */
final class Licences {
    /** Key under which the project's own safetensors files carry it. */
    static final String METADATA_KEY = "licence";

    private Licences() {}

    /** What the file itself says, else what is known of files of its name, else that it is open. */
    static String of(StateDict weights) {
        String said = weights.metadata().get(METADATA_KEY);
        if (said != null) {
            return said;
        }
        String name = weights.file().getFileName().toString().toLowerCase(Locale.ROOT);
        return KnownWeights.byFileName(name)
                .map(KnownWeights::licence)
                .orElse("not known; ask whom you have the file from");
    }
}
