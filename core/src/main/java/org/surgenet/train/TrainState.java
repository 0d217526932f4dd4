package org.surgenet.train;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.surgenet.common.Json;

/**
 * Where a run stands: the first step that is not done, how much of its logs belongs to it, the sums
 * of the epoch under way, the lines of those that are over, and the best of them. {@code
 * state.json} of a checkpoint is made from it, and only here.
 */
public final class TrainState {
    static final String STEP = "step";
    static final String EPOCH = "epoch";
    static final String LOG_BYTES = "log_bytes";
    static final String EVENT_BYTES = "event_bytes";
    static final String EPOCHS = "epochs";
    static final String SETTINGS = "settings";
    private static final String LICENCE = "licence";
    private static final String SUMS = "epoch_sums";
    private static final String ENDED_EARLY = "ended_early";
    private static final String BEST_EPOCH = "best_epoch";
    private static final String BEST_METRIC = "best_metric";
    private static final String BEST_SCORE = "best_score";
    private static final String BEST_LOSS = "best_loss";

    private final String licence;
    private final ObjectNode settings;
    private final Map<String, Double> sums = new LinkedHashMap<>();
    private final List<ObjectNode> epochs = new ArrayList<>();
    private long step;
    private long logBytes;
    private long eventBytes;
    private boolean endedEarly;
    private Best best;

    /**
     * The epoch that a validation found best.
     *
     * @param epoch counted from 1
     * @param metric what decided
     * @param score NaN if undefined
     * @param loss of the validation, which decides between equal scores
     */
    public record Best(long epoch, String metric, double score, double loss) {}

    private TrainState(long step, String licence, ObjectNode settings) {
        this.step = step;
        this.licence = licence;
        this.settings = settings;
    }

    /**
     * Of a run that begins.
     *
     * @param first the first step to do
     * @param licence of what will come out; empty if nothing binds it
     * @param settings that decide the result
     */
    public static TrainState begin(long first, String licence, ObjectNode settings) {
        return new TrainState(first, licence, settings);
    }

    /** Of a run that goes on, from its {@code state.json}. */
    public static TrainState of(JsonNode json) {
        TrainState state =
                new TrainState(
                        json.get(STEP).asLong(),
                        // Early runs did not note it.
                        json.path(LICENCE).asText(""),
                        json.get(SETTINGS).deepCopy());
        state.logBytes = json.path(LOG_BYTES).asLong();
        state.eventBytes = json.path(EVENT_BYTES).asLong();
        json.path(SUMS)
                .fields()
                .forEachRemaining(sum -> state.sums.put(sum.getKey(), sum.getValue().asDouble()));
        // Fine-tunings of earlier versions had the two sums under names of their own.
        if (json.has("loss_sum")) {
            state.sums.put("loss", json.get("loss_sum").asDouble());
            state.sums.put("samples", json.path("loss_count").asDouble());
        }
        json.path(EPOCHS).forEach(line -> state.epochs.add(line.deepCopy()));
        state.endedEarly = isEndedEarly(json);
        if (json.has(BEST_EPOCH)) {
            state.best =
                    new Best(
                            json.get(BEST_EPOCH).asLong(),
                            json.get(BEST_METRIC).asText(),
                            json.path(BEST_SCORE).asDouble(Double.NaN),
                            json.path(BEST_LOSS).asDouble(Double.NaN));
        }
        return state;
    }

    /**
     * The content of {@code state.json}.
     *
     * @param perEpoch steps of an epoch
     */
    public ObjectNode toJson(long perEpoch) {
        ObjectNode json = Json.object();
        json.put(STEP, step).put(EPOCH, step / perEpoch);
        json.put(LOG_BYTES, logBytes).put(EVENT_BYTES, eventBytes).put(LICENCE, licence);
        json.putArray(EPOCHS).addAll(epochs);
        if (endedEarly) {
            json.put(ENDED_EARLY, true);
        }
        json.set(SETTINGS, settings);
        ObjectNode all = json.putObject(SUMS);
        sums.forEach(all::put);
        if (best != null) {
            json.put(BEST_EPOCH, best.epoch).put(BEST_METRIC, best.metric);
            json.put(BEST_SCORE, finiteOrNull(best.score)).put(BEST_LOSS, finiteOrNull(best.loss));
        }
        return json;
    }

    private static Double finiteOrNull(double value) {
        return Double.isFinite(value) ? value : null;
    }

    /** The first step that is not done. */
    public long step() {
        return step;
    }

    /** What binds the weights; empty if nothing is known. */
    public String licence() {
        return licence;
    }

    /** The lines of the epochs that are over. */
    public List<ObjectNode> epochs() {
        return epochs;
    }

    /** Whether the run was ended before its last epoch, with nothing left to do. */
    public boolean endedEarly() {
        return endedEarly;
    }

    /** The same of a {@code state.json}. */
    public static boolean isEndedEarly(JsonNode json) {
        return json.path(ENDED_EARLY).asBoolean();
    }

    void endEarly() {
        endedEarly = true;
    }

    /** The best epoch so far, of runs that validate. */
    public Optional<Best> best() {
        return Optional.ofNullable(best);
    }

    public void best(Best found) {
        best = found;
    }

    /** Counts a value into a sum of the epoch under way. */
    public void add(String name, double value) {
        sums.merge(name, value, Double::sum);
    }

    /** A sum of the epoch under way; 0 where nothing was added. */
    public double sum(String name) {
        return sums.getOrDefault(name, 0.0);
    }

    long logBytes() {
        return logBytes;
    }

    long eventBytes() {
        return eventBytes;
    }

    /** Ends the epoch under way: its line is kept, its sums begin anew. */
    void endEpoch(ObjectNode line) {
        epochs.add(line);
        sums.clear();
    }

    /** Notes how far the run is before it is saved. */
    void reached(long done, long log, long events) {
        step = done;
        logBytes = log;
        eventBytes = events;
    }
}
