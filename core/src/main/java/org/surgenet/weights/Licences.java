package org.surgenet.weights;

import java.util.List;
import java.util.Locale;

/** Under which licence weights are, as far as a file tells. */
public final class Licences {
    /** Key under which the project's own files carry it. */
    public static final String METADATA_KEY = "licence";

    /** As other programs spell it, Hugging Face's among them. */
    private static final String OTHERS_KEY = "license";

    private static final String UNKNOWN = "not known; ask whom you have the file from";

    private static final int MAX_SHOWN = 200;

    private Licences() {}

    /** Text of a file as it may be shown: without control characters, of bearable length. */
    static String printable(String text) {
        String clean = text.replaceAll("\\p{Cntrl}", "?");
        return clean.length() <= MAX_SHOWN ? clean : clean.substring(0, MAX_SHOWN) + "...";
    }

    /**
     * What the file itself says, else what is known of files of its name, else that it is open. A
     * file of one's own pretraining is nobody else's: earlier versions wrote it without a licence.
     */
    static String of(StateDict weights) {
        for (String key : List.of(METADATA_KEY, OTHERS_KEY)) {
            String said = weights.metadata().get(key);
            if (said != null && !said.isBlank()) {
                return printable(said);
            }
        }
        String name = weights.file().getFileName().toString().toLowerCase(Locale.ROOT);
        return KnownWeights.byFileName(name)
                .map(KnownWeights::licence)
                .orElse(
                        "surgenet".equals(weights.metadata().get("program"))
                                ? "made by 'surgenet pretrain'; the weights that it started from,"
                                        + " if any, are named in the run.json of that run"
                                : UNKNOWN);
    }

    /** Of what is trained from such weights: their licence, said so that it fits the new file. */
    static String ofDerived(StateDict weights) {
        String licence = of(weights);
        return licence.equals(UNKNOWN)
                ? "that of the weights it was trained from ("
                        + printable(weights.file().getFileName().toString())
                        + "), which is not known"
                : licence;
    }
}
