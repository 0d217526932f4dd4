package org.surgenet.finetune;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.surgenet.common.Setting;
import org.surgenet.dataset.DatasetReader;
import org.surgenet.task.Task;
import org.surgenet.task.cvs.CvsTask;
import org.surgenet.task.phase.PhaseTask;
import org.surgenet.task.seg.SegmentationTask;

/** The tasks that there are. */
public final class Tasks {
    /** All of them; predictions of other programs are of the first that knows them as its own. */
    public static final List<Task<?, ?>> ALL =
            List.of(new SegmentationTask(), new PhaseTask(), new CvsTask());

    private Tasks() {}

    /** The task of an id. */
    public static Optional<Task<?, ?>> find(String id) {
        return ALL.stream().filter(task -> task.id().equals(id)).findFirst();
    }

    /** The settings of all tasks, those of one key once. */
    public static List<Setting<?>> settings(Function<Task<?, ?>, List<Setting<?>>> which) {
        Map<String, Setting<?>> all = new LinkedHashMap<>();
        ALL.forEach(task -> which.apply(task).forEach(s -> all.putIfAbsent(s.key(), s)));
        return List.copyOf(all.values());
    }

    /** The layouts of data that any of them reads. */
    public static List<DatasetReader<?>> readers() {
        return ALL.stream().<DatasetReader<?>>flatMap(task -> task.readers().stream()).toList();
    }
}
