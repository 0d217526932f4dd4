package org.surgenet.weights;

import java.util.Locale;

/** Under which licence weights are, as far as a file tells. */
final class Licences {
    /** Key under which the project's own safetensors files carry it. */
    static final String METADATA_KEY = "licence";

    private static final int MAX_SHOWN = 200;

    private Licences() {}

    /** Text of a file as it may be shown: without control characters, of bearable length. */
    static String printable(String text) {
        String clean = text.replaceAll("\\p{Cntrl}", "?");
        return clean.length() <= MAX_SHOWN ? clean : clean.substring(0, MAX_SHOWN) + "...";
    }

    /** What the file itself says, else what is known of files of its name, else that it is open. */
    static String of(StateDict weights) {
        String said = weights.metadata().get(METADATA_KEY);
        if (said != null) {
            return printable(said);
        }
        String name = weights.file().getFileName().toString().toLowerCase(Locale.ROOT);
        return KnownWeights.byFileName(name)
                .map(KnownWeights::licence)
                .orElse("not known; ask whom you have the file from");
    }
}
