package org.surgenet.synthetic;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.surgenet.common.Cancellation;
import org.surgenet.common.Progress;
import org.surgenet.dataset.Dataset;
import org.surgenet.dataset.Split;
import org.surgenet.dataset.SplitName;
import org.surgenet.task.LabelledData;
import org.surgenet.task.cvs.CvsSample;
import org.surgenet.task.seg.SegmentationSample;

/** The sample is what the readers of the real data sets take. */
class SampleReadersTest {
    @TempDir static Path sample;

    @BeforeAll
    static void make() throws Exception {
        SampleRequest request = new SampleRequest(sample, 4, 8, 96, 64, 1, false, 1);
        new SampleGenerator(request).generate(Progress.NONE, Cancellation.NEVER);
    }

    @Test
    void cholecSeg8k() {
        Dataset<SegmentationSample> data =
                LabelledData.segmentation("cholecseg8k", sample.resolve("cholecseg8k"), null);
        Split split = Split.of(data, sample.resolve("splits/patients.csv"), 0);

        assertThat(data.patients()).containsExactly("video01", "video02", "video03", "video04");
        assertThat(split.patients(SplitName.TRAIN)).containsExactly("video01");
        assertThat(split.patients(SplitName.VAL)).containsExactly("video02");
        assertThat(split.patients(SplitName.TEST)).containsExactly("video03", "video04");
        List<String> classes = data.classes();
        for (TissueClass kind : TissueClass.values()) {
            String first = kind.name().toLowerCase(java.util.Locale.ROOT).split("_")[0];
            assertThat(classes.get(kind.ordinal()).toLowerCase(java.util.Locale.ROOT))
                    .startsWith(first);
        }
    }

    @Test
    void endoscapes() {
        Dataset<CvsSample> data = LabelledData.cvs("endoscapes", sample.resolve("endoscapes"));

        assertThat(data.patients()).containsExactly("1", "2", "3", "4");
        assertThat(Split.of(data, null, 0).patients(SplitName.TEST)).containsExactly("3", "4");
    }
}
