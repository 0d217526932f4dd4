package org.surgenet.study;

import java.util.Optional;
import org.surgenet.dataset.Dataset;
import org.surgenet.dataset.Split;

/**
 * A data set of a study.
 *
 * @param dataset as read
 * @param split of the plan; empty where the plan has folds
 */
public record StudyData(Dataset<?> dataset, Optional<Split> split) {}
