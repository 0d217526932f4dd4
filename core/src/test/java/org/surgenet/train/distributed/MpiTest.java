package org.surgenet.train.distributed;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Real processes under the launchers of both MPI families. */
class MpiTest {
    @TempDir Path folder;

    private static MpiJob.Result launch(
            String launcher, int ranks, int patience, String... arguments) throws Exception {
        return MpiJob.run(launcher, ranks, patience, RankMain.class, arguments);
    }

    static List<String> launchers() {
        return MpiJob.LAUNCHERS;
    }

    @ParameterizedTest
    @MethodSource("launchers")
    void sumsOverAllRanks(String launcher) throws Exception {
        MpiJob.Result result = launch(launcher, 3, 60, "sums");

        assertThat(result.output())
                .contains("rank 0 of 3: 0.75 2994.75 999.0 6.0 30.0")
                .contains("rank 1 of 3: 0.75 2994.75 999.25 6.0 30.0")
                .contains("rank 2 of 3: 0.75 2994.75 999.5 6.0 30.0");
        assertThat(result.code()).isZero();
    }

    @ParameterizedTest
    @MethodSource("launchers")
    void gradientsAreAveragedAcrossBucketBorders(String launcher) throws Exception {
        MpiJob.Result result = launch(launcher, 2, 60, "gradients");

        assertThat(result.output()).contains("rank 0: worst 0.0").contains("rank 1: worst 0.0");
        assertThat(result.code()).isZero();
    }

    @ParameterizedTest
    @MethodSource("launchers")
    void aDeadRankEndsTheJob(String launcher) throws Exception {
        MpiJob.Result result = launch(launcher, 2, 10, "dies");

        assertThat(result.code()).isNotZero();
    }

    @ParameterizedTest
    @MethodSource("launchers")
    void aHangingRankEndsTheJobWithAMessage(String launcher) throws Exception {
        // A launcher that kills a job may lose its last output, so the rank keeps a copy.
        Path copy = folder.resolve("rank0.txt");
        MpiJob.Result result = launch(launcher, 2, 3, "hangs", copy.toString());

        assertThat(result.code()).as(result.output()).isNotZero();
        assertThat(copy)
                .as("exit code %d, output: %s", result.code(), result.output())
                .content()
                .contains("waited 3 s for the other ranks in a barrier");
    }
}
