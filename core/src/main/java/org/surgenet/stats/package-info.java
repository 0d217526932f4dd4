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
 * <p>Imports {@code common}, {@code metrics} (for scores.csv) and {@code report}; loads no DJL
 * class.
 */
package org.surgenet.stats;
