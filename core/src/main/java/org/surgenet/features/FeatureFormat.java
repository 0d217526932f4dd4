package org.surgenet.features;

import java.util.List;

/** Formats of {@link FeatureTable}. */
public enum FeatureFormat {
    /** {@code features.csv}: columns about the frame, then {@code f0}, {@code f1} and so on. */
    CSV("csv"),
    /** {@code features.safetensors}, tensor {@code features} (N, D), and {@code rows.csv}. */
    SAFETENSORS("safetensors"),
    /** {@code features.npy}, float32 (N, D), and {@code rows.csv}. */
    NPY("npy");

    private final String ending;

    FeatureFormat(String ending) {
        this.ending = ending;
    }

    /** The file with the features. */
    public String file() {
        return "features." + ending;
    }

    /** All files that it consists of. */
    public List<String> files() {
        return this == CSV ? List.of(file()) : List.of(file(), FeatureTable.ROWS);
    }
}
