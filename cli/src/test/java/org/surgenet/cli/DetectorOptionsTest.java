package org.surgenet.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.surgenet.common.UserException;
import org.surgenet.curate.Threshold;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.OptionSpec;

/** A threshold, of whatever detector, is an option. */
class DetectorOptionsTest {
    private static final Threshold MAX_SMOKE =
            new Threshold(
                    "max-smoke",
                    Threshold.Kind.SHARE,
                    "0.25",
                    "Drop frames with more smoke, 100% at most (default: {default}).",
                    Optional.empty());
    private static final Threshold MIN_SMOKE =
            new Threshold(
                    "min-smoke",
                    Threshold.Kind.NUMBER,
                    "0",
                    "Drop frames with less smoke (default: {default}).",
                    Optional.of("max-smoke"));

    @Command
    private static final class Toy {}

    private final DetectorOptions options = new DetectorOptions(List.of(MAX_SMOKE, MIN_SMOKE));

    private CommandLine parse(String... args) {
        CommandLine command = new CommandLine(new Toy());
        command.addMixin("detectors", options);
        command.parseArgs(args);
        return command;
    }

    @Test
    void hasTheThresholdsNameDefaultAndText() {
        CommandLine command = parse();

        OptionSpec option = command.getCommandSpec().findOption("--max-smoke");
        assertThat(option.defaultValue()).isEqualTo("0.25");
        assertThat(option.paramLabel()).isEqualTo("SHARE");
        assertThat(command.getUsageMessage().replaceAll("\\s+", " "))
                .contains("Drop frames with more smoke")
                .contains("100% at most")
                .contains("(default: 0.25)");
    }

    @Test
    void theValueReachesTheThresholds() {
        parse("--max-smoke", "0.5");

        assertThat(options.thresholds().number(MAX_SMOKE)).isEqualTo(0.5);
        assertThat(options.thresholds().number(MIN_SMOKE)).isZero();
    }

    @Test
    void wrongValuesNameTheOption() {
        parse("--max-smoke", "1.5");
        assertThatThrownBy(options::thresholds)
                .isInstanceOf(UserException.class)
                .hasMessage("--max-smoke 1.5: must be a share, 0 to 1");
        parse("--max-smoke", "0.5", "--min-smoke", "0.7");
        assertThatThrownBy(options::thresholds)
                .isInstanceOf(UserException.class)
                .hasMessage("--min-smoke 0.7: is above --max-smoke 0.5");
    }
}
