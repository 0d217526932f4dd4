package org.surgenet.weights;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.surgenet.common.RunRecord;
import org.surgenet.common.UserException;
import org.surgenet.nn.Backbone;
import org.surgenet.nn.Backbones;
import org.surgenet.nn.Module;
import org.surgenet.nn.Parameter;

/** Fills networks with weights of any known dialect, strictly unless told otherwise. */
public final class WeightLoader {
    private static final Logger LOG = LoggerFactory.getLogger(WeightLoader.class);
    private static final Set<String> SHOWN = ConcurrentHashMap.newKeySet();

    private WeightLoader() {}

    /**
     * Reads a file and loads it as {@link #load(Module, StateDict, boolean)}; shows the weights'
     * licence once, and records file, licence and coverage.
     */
    public static Coverage load(Module network, Path file, boolean allowPartial, RunRecord record) {
        StateDict weights = WeightsFile.read(file);
        Coverage coverage = load(network, weights, allowPartial);
        String licence = Licences.of(weights);
        if (SHOWN.add(licence)) {
            LOG.info("{}: licence of the weights: {}", file, licence);
        }
        LOG.info("{}: {} loaded", file, coverage);
        try {
            record.weights(file, licence, coverage.toString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return coverage;
    }

    /**
     * Loads weights into an initialised network, wherever in the file and in whichever dialect they
     * are. A backbone takes a file's backbone and leaves its heads.
     *
     * @param allowPartial whether keys may be missing or left over; the network's values stay as
     *     they are where the file has none
     * @throws UserException if the coverage is not complete and not {@code allowPartial}, or if
     *     nothing at all fits; the network is then unchanged
     */
    public static Coverage load(Module network, StateDict weights, boolean allowPartial) {
        Matching matching = Matching.of(network, weights);
        Coverage coverage = matching.coverage();
        if (coverage.loaded() == 0 || !(coverage.complete() || allowPartial)) {
            throw new UserException(
                    weights.file()
                            + ": does not fit "
                            + name(network)
                            + ": "
                            + coverage
                            + hint(network, weights)
                            + (coverage.loaded() == 0 ? "" : ", or pass --allow-partial"));
        }
        Map<String, Parameter> parameters = network.parameters();
        Parameter.write(
                matching.tensors().entrySet().stream()
                        .collect(
                                Collectors.toMap(
                                        entry -> parameters.get(entry.getKey()),
                                        entry -> entry.getValue()::writeFloats)));
        return coverage;
    }

    /** The licence that a weight file is under, as far as it or its name tells. */
    public static String licence(Path file) {
        return Licences.of(WeightsFile.read(file));
    }

    private static String name(Module network) {
        return network instanceof Backbone backbone
                ? "the backbone " + backbone.id()
                : "the network";
    }

    private static String hint(Module network, StateDict weights) {
        for (String id : Backbones.ids()) {
            boolean same = network instanceof Backbone backbone && backbone.id().equals(id);
            if (!same && Matching.of(Backbones.create(id), weights).coverage().complete()) {
                return "; its weights are those of --backbone=" + id;
            }
        }
        return "; check the backbone and the file";
    }
}
