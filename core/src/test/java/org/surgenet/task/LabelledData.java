package org.surgenet.task;

import java.nio.file.Path;
import org.surgenet.common.Progress;
import org.surgenet.common.Setting;
import org.surgenet.common.SettingValues;
import org.surgenet.dataset.Dataset;
import org.surgenet.task.cvs.CvsSample;
import org.surgenet.task.cvs.CvsTask;
import org.surgenet.task.phase.PhaseSample;
import org.surgenet.task.phase.PhaseTask;
import org.surgenet.task.seg.SegmentationSample;
import org.surgenet.task.seg.SegmentationTask;

/** Reads data sets as the commands do. */
public final class LabelledData {
    private static final Setting<Integer> CLASSES =
            Setting.of("classes", Integer.class, "", null, "");

    private LabelledData() {}

    /**
     * @param classes null for the format's own
     */
    public static Dataset<SegmentationSample> segmentation(
            String format, Path root, Integer classes) {
        return new SegmentationTask()
                .read(format, root, SettingValues.DEFAULTS.with(CLASSES, classes), Progress.NONE);
    }

    public static Dataset<PhaseSample> phases(String format, Path root) {
        return new PhaseTask().read(format, root, SettingValues.DEFAULTS, Progress.NONE);
    }

    public static Dataset<CvsSample> cvs(String format, Path root) {
        return new CvsTask().read(format, root, SettingValues.DEFAULTS, Progress.NONE);
    }
}
