package org.surgenet.pretrain;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.surgenet.common.SettingException;
import org.surgenet.common.UserException;

/** Settings that belong together, each with where it comes from. */
public enum PretrainPreset {
    /** SurgeNetXL's launch scripts ({@code rlpddejong/SurgeNetDINO}, config_dinov1_*.sh). */
    SURGENETXL(
            new Setting("batch-size", "544", "136 on each of 4 GPUs"),
            new Setting("epochs", "50", "launch scripts"),
            new Setting("warmup-epochs", "10", "DINO's default, kept"),
            new Setting("out-dim", "65536", "DINO's default, kept"),
            new Setting("lr", "5e-4", "DINO's default, kept; 1.0625e-3 at 544"),
            new Setting("min-lr", "1e-6", "DINO's default, kept"),
            new Setting("momentum-teacher", "0.996", "DINO's default, kept"),
            new Setting("warmup-teacher-temp", "0.04", "DINO's default, kept"),
            new Setting("teacher-temp", "0.04", "DINO's default, kept"),
            new Setting("warmup-teacher-temp-epochs", "0", "DINO's default, kept"),
            new Setting("local-crops", "8", "DINO's default, kept"),
            new Setting("keep-every-epochs", "5", "launch scripts: saveckp_freq")),

    /** A few thousand frames on one machine, after what users of DINO report. */
    SMALL_DATA(
            new Setting("batch-size", "64", "DINO's default"),
            new Setting("epochs", "200", "ours: as many steps as a larger set gives in 50"),
            new Setting("warmup-epochs", "10", "DINO's default"),
            new Setting("out-dim", "4096", "dino issue 279: 65,536 learns slowly on small sets"),
            new Setting("momentum-teacher", "0.99", "dino issue 246: 0.996 does not get going"),
            new Setting("warmup-teacher-temp", "0.04", "DINO's default"),
            new Setting("teacher-temp", "0.04", "dino issue 43: lower it if the output is uniform"),
            new Setting("freeze-last-layer", "1", "DINO's default")),

    /** Minutes on two cores: shows that everything works and nothing else. */
    SMOKE(
            new Setting("backbone", "caformer_test", "ours: a toy network"),
            new Setting("batch-size", "16", "ours"),
            new Setting("epochs", "5", "ours"),
            new Setting("warmup-epochs", "1", "ours"),
            new Setting("out-dim", "512", "ours"),
            new Setting("global-size", "64", "ours"),
            new Setting("local-size", "32", "ours"),
            new Setting("local-crops", "4", "ours"),
            new Setting("lr", "5e-3", "ours: a toy network bears a higher rate"),
            new Setting("momentum-teacher", "0.99", "ours: few steps"));

    /**
     * An option's value.
     *
     * @param option name without dashes
     * @param source why this value
     */
    public record Setting(String option, String value, String source) {}

    private final List<Setting> settings;

    PretrainPreset(Setting... settings) {
        this.settings = List.of(settings);
    }

    /** The name that {@code --preset} takes. */
    public String id() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    public List<Setting> settings() {
        return settings;
    }

    /** The values by option name. */
    public Map<String, String> options() {
        Map<String, String> values = new LinkedHashMap<>();
        settings.forEach(setting -> values.put(setting.option(), setting.value()));
        return values;
    }

    /**
     * @throws UserException if there is no preset of this name
     */
    public static PretrainPreset of(String id) {
        return Arrays.stream(values())
                .filter(preset -> preset.id().equals(id))
                .findFirst()
                .orElseThrow(
                        () ->
                                new SettingException(
                                        "preset",
                                        "'" + id + "'",
                                        "must be one of "
                                                + Arrays.stream(values())
                                                        .map(PretrainPreset::id)
                                                        .collect(Collectors.joining(", "))));
    }
}
