package org.surgenet.pretrain;

import ai.djl.ndarray.NDArray;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.surgenet.common.Json;
import org.surgenet.nn.Module;
import org.surgenet.train.Checkpoint;
import org.surgenet.train.Checkpoints;

/**
 * Where a run stands: the step, how much of its logs belongs to it, the sums of the epoch under way
 * and the lines of those that are over. Saved with the networks in each checkpoint.
 */
final class RunState {
    private final PretrainRequest request;
    private final ObjectNode state;
    private double loss;
    private double lr;
    private double weightDecay;
    private long steps;

    private RunState(PretrainRequest request, ObjectNode state) {
        this.request = request;
        this.state = state;
    }

    /** Of a run that begins, at {@code first}, the first step to do. */
    static RunState at(long first, PretrainRequest request) {
        ObjectNode state = Json.object();
        state.put("step", first);
        state.put("log_bytes", 0);
        state.put("event_bytes", 0);
        state.putArray("epochs");
        state.set("settings", request.decisive());
        return new RunState(request, state);
    }

    /** Of a run that goes on; the networks and the optimiser get what the checkpoint has. */
    static RunState of(Checkpoint saved, PretrainRequest request, Dino dino) {
        tensors(dino).forEach(saved::restore);
        dino.optimizer().readSteps(saved.state());
        RunState state = new RunState(request, saved.state().deepCopy());
        JsonNode epoch = saved.state().get("epoch_sums");
        state.loss = epoch.get("loss").asDouble();
        state.lr = epoch.get("lr").asDouble();
        state.weightDecay = epoch.get("weight_decay").asDouble();
        state.steps = epoch.get("steps").asLong();
        return state;
    }

    /** The first step that is not done. */
    long step() {
        return state.get("step").asLong();
    }

    /** How much of the log was written when the state was saved. */
    long logBytes() {
        return state.get("log_bytes").asLong();
    }

    /** As {@link #logBytes}, of the event file. */
    long eventBytes() {
        return state.path("event_bytes").asLong(0);
    }

    /** The lines of the epochs that are over. */
    JsonNode epochs() {
        return state.get("epochs");
    }

    /** Counts a step in for the epoch under way. */
    void add(Dino.Outcome outcome, Dino.Rates rates) {
        loss += outcome.loss();
        lr += rates.lr();
        weightDecay += rates.weightDecay();
        steps++;
    }

    /** The means of the epoch, with which it ends; its line may be completed by the caller. */
    ObjectNode endEpoch(long epoch) {
        ObjectNode line =
                Json.object()
                        .put("train_loss", loss / steps)
                        .put("train_lr", lr / steps)
                        .put("train_wd", weightDecay / steps)
                        .put("epoch", epoch);
        loss = 0;
        lr = 0;
        weightDecay = 0;
        steps = 0;
        state.withArray("epochs").add(line);
        return line;
    }

    /**
     * Saves all that the run needs to go on after {@code done} steps.
     *
     * @param perEpoch steps of an epoch
     */
    void save(Checkpoints into, Dino dino, long done, int perEpoch, long logBytes, long eventBytes)
            throws IOException {
        state.put("step", done);
        state.put("epoch", done / perEpoch);
        state.put("log_bytes", logBytes);
        state.put("event_bytes", eventBytes);
        dino.optimizer().writeSteps(state);
        state.putObject("epoch_sums")
                .put("loss", loss)
                .put("lr", lr)
                .put("weight_decay", weightDecay)
                .put("steps", steps);
        into.saveLast(state, tensors(dino), request.running().keepLast());
        int keep = request.running().keepEveryEpochs();
        if (keep > 0 && done % ((long) keep * perEpoch) == 0) {
            into.save(
                    String.format(Locale.ROOT, "epoch-%04d", done / perEpoch),
                    state,
                    tensors(dino));
        }
    }

    private static Map<String, Map<String, NDArray>> tensors(Dino dino) {
        Map<String, Map<String, NDArray>> all = new LinkedHashMap<>();
        all.put("student", arrays(dino.student()));
        all.put("teacher", arrays(dino.teacher()));
        all.put("optimizer", dino.optimizer().moments());
        all.put("centre", Map.of("center", dino.centre()));
        return all;
    }

    /** A network's parameters by their keys. */
    static Map<String, NDArray> arrays(Module network) {
        Map<String, NDArray> arrays = new LinkedHashMap<>();
        network.parameters().forEach((key, parameter) -> arrays.put(key, parameter.array()));
        return arrays;
    }
}
