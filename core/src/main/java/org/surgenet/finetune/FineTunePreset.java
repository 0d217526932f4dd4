package org.surgenet.finetune;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;
import org.surgenet.common.SettingException;
import org.surgenet.common.UserException;

/**
 * Settings that belong together, by task. Source: METHOD A.6. SurgeNet's authors have published no
 * fine-tuning code, so what is said to be the paper's recipe is called unverified.
 */
public enum FineTunePreset {
    SEG_PAPER(
            TaskKind.SEG,
            "paper-unverified",
            "what an article says of the paper; the authors published no fine-tuning code, so this"
                    + " is unverified",
            "batch-size=16 lr=1e-5 epochs=50 size=256x256"),
    SEG_ENDOVIT(
            TaskKind.SEG,
            "endovit",
            "after EndoViT's published configuration for CholecSeg8k, without its layer-wise decay"
                    + " and warm-up",
            "lr=5e-4 lr-schedule=cosine epochs=10 size=224x224 augment=light loss=ce"),
    PHASE_PAPER(
            TaskKind.PHASE,
            "paper-unverified",
            SEG_PAPER.source,
            "batch-size=16 lr=1e-5 epochs=50 size=256x256"),
    CVS_PAPER(
            TaskKind.CVS,
            "paper-unverified",
            SEG_PAPER.source,
            "batch-size=16 lr=1e-5 epochs=50 size=399x224"),
    CVS_CAMMA(
            TaskKind.CVS,
            "camma",
            "CAMMA's published baseline for Endoscapes, which has a ResNet-50",
            "batch-size=32 lr=1e-5 epochs=20 size=854x480 class-weights=3.1985,4.4615,2.7952"
                    + " augment=light");

    private final TaskKind task;
    private final String label;
    private final String source;
    private final Map<String, String> options = new LinkedHashMap<>();

    FineTunePreset(TaskKind task, String label, String source, String options) {
        this.task = task;
        this.label = label;
        this.source = source;
        for (String option : options.split(" ", -1)) {
            int equals = option.indexOf('=');
            this.options.put(option.substring(0, equals), option.substring(equals + 1));
        }
    }

    /**
     * The preset of a task by its name.
     *
     * @throws UserException if there is none
     */
    public static FineTunePreset of(TaskKind task, String label) {
        return Arrays.stream(values())
                .filter(preset -> preset.task == task && preset.label.equals(label))
                .findFirst()
                .orElseThrow(
                        () ->
                                new SettingException(
                                        "preset",
                                        label,
                                        "unknown; "
                                                + task.command()
                                                + " has "
                                                + Arrays.stream(values())
                                                        .filter(preset -> preset.task == task)
                                                        .map(preset -> preset.label)
                                                        .collect(Collectors.joining(", "))));
    }

    /** Where the settings are from, in words. */
    public String source() {
        return source;
    }

    /** Values by option name without the dashes. */
    public Map<String, String> options() {
        return Map.copyOf(options);
    }
}
