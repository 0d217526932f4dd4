/**
 * From scores per patient to a comparison of models that can be believed: patients (or videos) are
 * the independent observations, so they are what is resampled, paired across models; p-values come
 * from tests over patients and are corrected for their number.
 *
 * <p>The way of the data: {@code scores.csv} files → {@link org.surgenet.stats.ScoreTable} (units ×
 * models) → {@link org.surgenet.stats.ModelComparison} → {@link org.surgenet.stats.Comparison} →
 * {@link org.surgenet.stats.ComparisonFiles}. The procedures themselves ({@link
 * org.surgenet.stats.WilcoxonSignedRank}, {@link org.surgenet.stats.SignFlipTest}, {@link
 * org.surgenet.stats.ClusterBootstrap}, {@link org.surgenet.stats.Holm}) work on plain arrays, are
 * immutable and know nothing of files.
 *
 * <p>A score that is no mean of one number per unit comes with {@link
 * org.surgenet.metrics.Recomputable evidence} from beside {@code scores.csv} and is taken again on
 * each resample: {@code MeanEstimator} and {@code RecomputedEstimator} give the same {@link
 * org.surgenet.stats.Comparison.Difference}. A correction of p-values is one class and one line in
 * {@link org.surgenet.stats.Settings.Correction}; ranks over data sets are {@link
 * org.surgenet.stats.FriedmanNemenyi}'s.
 *
 * <p>Imports {@code common}, {@code metrics} (for scores.csv) and {@code report}; loads no DJL
 * class.
 */
package org.surgenet.stats;
