package org.surgenet.finetune;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.surgenet.common.UserException;
import org.surgenet.common.Words;
import org.surgenet.dataset.Sample;
import org.surgenet.loader.Prefetcher;
import org.surgenet.task.Augmentation;
import org.surgenet.task.Item;
import org.surgenet.task.Occurrences;
import org.surgenet.task.Preparation;
import org.surgenet.task.Task;

/** Counts the classes of samples before anything is trained on them. */
final class TargetSurvey<S extends Sample, O> {
    private static final Logger LOG = LoggerFactory.getLogger(TargetSurvey.class);

    private final Task<S, O> task;
    private final int workers;

    /**
     * @param workers threads that read
     */
    TargetSurvey(Task<S, O> task, int workers) {
        this.task = task;
        this.workers = workers;
    }

    /**
     * Counts the classes of samples; those that cannot be read are counted in a warning, and named
     * where they are wanted.
     */
    Occurrences occurrences(List<S> samples, int classes) {
        Preparation<S> preparation =
                new Preparation<>(task::labels, task.size().defaultValue(), Augmentation.NONE, 0);
        List<Callable<long[]>> jobs = new ArrayList<>();
        samples.forEach(sample -> jobs.add(() -> counted(preparation, sample, classes)));
        List<long[]> found = new ArrayList<>();
        // A list that takes nulls: they are the samples that cannot be read.
        each(jobs.iterator(), counts -> found.add(counts.length == 0 ? null : counts));
        long unreadable = found.stream().filter(counts -> counts == null).count();
        if (unreadable > 0) {
            LOG.warn(
                    "{} with unreadable labels left out where classes are counted",
                    Words.counted(unreadable, "training sample"));
        }
        return new Occurrences(classes, found.toArray(long[][]::new));
    }

    private long[] counted(Preparation<S> preparation, S sample, int classes) {
        try {
            Item<S> item = preparation.labelsOf(sample);
            return task.occurrences(item, classes);
        } catch (UserException e) {
            return new long[0];
        }
    }

    private <T> void each(Iterator<Callable<T>> jobs, Consumer<T> sink) {
        try (Prefetcher<T> all = new Prefetcher<>(jobs, workers, 2 * Math.max(1, workers))) {
            while (all.hasNext()) {
                sink.accept(all.next());
            }
        }
    }
}
