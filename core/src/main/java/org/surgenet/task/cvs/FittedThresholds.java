package org.surgenet.task.cvs;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.surgenet.common.Hashes;
import org.surgenet.common.UserException;
import org.surgenet.dataset.Sample;
import org.surgenet.metrics.ProbabilitiesCsv;
import org.surgenet.task.EvaluationRecord;
import org.surgenet.task.ReportRequest;

/** A model's own thresholds, fitted on videos that are not scored. */
final class FittedThresholds {
    private final Path file;
    private final ProbabilitiesCsv.Thresholds thresholds;
    private final Optional<String> hash;

    private FittedThresholds(
            Path file, ProbabilitiesCsv.Thresholds thresholds, Optional<String> hash) {
        this.file = file;
        this.thresholds = thresholds;
        this.hash = hash;
    }

    /**
     * Fits.
     *
     * @param file {@code probabilities.csv} of the same model on other videos
     * @param request what is scored
     * @throws UserException if the file has a scored video, lacks a criterion, or is of another
     *     model: by the weights' hash in {@code metrics.json} beside it, or where one of the two
     *     has none by name
     */
    static FittedThresholds of(Path file, ReportRequest<CvsSample> request) {
        Set<String> judged =
                request.samples().stream().map(Sample::video).collect(Collectors.toSet());
        ProbabilitiesCsv.Thresholds thresholds = ProbabilitiesCsv.fitThresholds(file, judged);
        Optional<String> hash = EvaluationRecord.modelHash(file);
        if (hash.isPresent() && request.modelHash().isPresent()) {
            if (!hash.equals(request.modelHash())) {
                throw new UserException(
                        String.format(
                                "%s: is of other weights (%s %s) than are evaluated (%s);"
                                        + " thresholds must be the model's own: evaluate the"
                                        + " validation part with the same model",
                                file,
                                EvaluationRecord.MODEL_HASH,
                                hash.get(),
                                request.modelHash().get()));
            }
        } else if (!thresholds.model().equals(request.model())) {
            throw new UserException(
                    String.format(
                            "%s: is of the model '%s', but '%s' is evaluated; thresholds must be"
                                    + " the model's own: evaluate the validation part with it,"
                                    + " under the same model-name",
                            file, thresholds.model(), request.model()));
        }
        for (String criterion : request.dataset().classes()) {
            if (!thresholds.byClass().containsKey(criterion)) {
                throw new UserException(file + ": has no criterion " + criterion);
            }
        }
        return new FittedThresholds(file, thresholds, hash);
    }

    /** NaN where it could not be fitted. */
    double of(String criterion) {
        return thresholds.byClass().get(criterion);
    }

    Path file() {
        return file;
    }

    /** What they belong to, for the record. */
    void record(ObjectNode node) throws IOException {
        node.put("file", file.toString())
                .put("sha256", Hashes.sha256(file))
                .put("model", thresholds.model())
                .put(EvaluationRecord.MODEL_HASH, hash.orElse(null));
    }
}
