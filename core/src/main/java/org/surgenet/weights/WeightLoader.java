package org.surgenet.weights;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.surgenet.common.RunRecord;
import org.surgenet.common.UserException;
import org.surgenet.common.Words;
import org.surgenet.nn.Backbone;
import org.surgenet.nn.Module;
import org.surgenet.nn.Parameter;
import org.surgenet.nn.zoo.Backbones;

/** Fills networks with weights of any known dialect, strictly unless told otherwise. */
public final class WeightLoader {
    private static final Logger LOG = LoggerFactory.getLogger(WeightLoader.class);
    private static final int BROKEN_SHOWN = 3;
    private static final Set<String> SHOWN = ConcurrentHashMap.newKeySet();

    /** Key of a pretrained backbone's metadata: epochs that it has behind it. */
    public static final String EPOCHS_DONE = "epochs_done";

    /** Key of a pretrained backbone's metadata: epochs that its pretraining was to have. */
    public static final String EPOCHS_ASKED = "epochs_requested";

    private WeightLoader() {}

    /**
     * Reads a file and loads it as {@link #load(Module, StateDict, boolean, Optional)}; says which
     * part was taken, shows the weights' licence once, and records file, licence and coverage.
     */
    public static Coverage load(Module network, WeightsSource source, RunRecord record) {
        StateDict weights = WeightsFile.read(source.file());
        Coverage coverage = load(network, weights, source.allowPartial(), source.part());
        String licence = Licences.of(weights);
        if (SHOWN.add(licence)) {
            LOG.info("{}: licence of the weights: {}", source.file(), licence);
        }
        LOG.info("{}: {} loaded{}", source.file(), coverage, remarks(coverage));
        if (source.part().isEmpty() && coverage.arbitrary()) {
            LOG.warn(
                    "{}: has several parts that fit equally well; took the first, '{}', and not {};"
                            + " weights-part chooses",
                    source.file(),
                    coverage.part(),
                    String.join(", ", coverage.others()));
        }
        warnIfCutOff(weights);
        try {
            record.weights(source.file(), licence, coverage.report());
            for (Path shard : WeightsFile.shards(source.file())) {
                record.input(shard);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return coverage;
    }

    private static String remarks(Coverage coverage) {
        return coverage.remarks().isEmpty() ? "" : "; " + coverage.remarks();
    }

    /** As {@link #load(Module, StateDict, boolean, Optional)}, of the part that fits best. */
    public static Coverage load(Module network, StateDict weights, boolean allowPartial) {
        return load(network, weights, allowPartial, Optional.empty());
    }

    /**
     * Loads weights into an initialised network, wherever in the file and in whichever dialect they
     * are. A backbone takes a file's backbone and leaves its heads. Values are float32 afterwards,
     * whatever the file has.
     *
     * @param allowPartial whether keys may be missing or left over; the network's values stay as
     *     they are where the file has none
     * @param part of the file to take: what its names begin with, without the last dot, or "." for
     *     those under no other name; if empty, the part that fits best, of equal ones the averaged
     *     weights (a teacher or "ema"), then the first
     * @throws UserException if the coverage is not complete and not {@code allowPartial}, if
     *     nothing at all fits, or if there is no such part; the network is then unchanged. Also if
     *     values are NaN or infinite; the network is then of no use
     */
    public static Coverage load(
            Module network, StateDict weights, boolean allowPartial, Optional<String> part) {
        Matching matching = Matching.of(network, weights, part);
        Coverage coverage = matching.coverage();
        if (coverage.loaded() == 0 || !(coverage.complete() || allowPartial)) {
            throw new UserException(
                    weights.file()
                            + ": does not fit "
                            + name(network)
                            + ": "
                            + coverage
                            + hint(network, weights)
                            + (coverage.loaded() == 0 ? "" : ", or set allow-partial"));
        }
        Map<String, Tensor> tensors = new LinkedHashMap<>(matching.tensors());
        tensors.putAll(matching.adapted());
        Map<String, Parameter> parameters = network.parameters();
        Map<String, Long> broken = new ConcurrentSkipListMap<>();
        Parameter.write(
                tensors.entrySet().stream()
                        .collect(
                                Collectors.toMap(
                                        entry -> parameters.get(entry.getKey()),
                                        entry -> target -> write(entry, target, broken))));
        requireFinite(weights.file(), broken);
        return coverage;
    }

    private static void write(
            Map.Entry<String, Tensor> entry, ByteBuffer target, Map<String, Long> broken) {
        ByteBuffer written = target.duplicate().order(ByteOrder.nativeOrder());
        entry.getValue().writeFloats(target);
        long bad = Tensor.nonFinite(written);
        if (bad > 0) {
            broken.put(entry.getKey(), bad);
        }
    }

    /**
     * Refuses tensors with values that are no numbers.
     *
     * @param broken how many such values, by key
     * @throws UserException naming some
     */
    static void requireFinite(Path file, Map<String, Long> broken) {
        if (!broken.isEmpty()) {
            throw new UserException(
                    file
                            + ": values are NaN or infinite in "
                            + Words.counted(broken.size(), "tensor")
                            + " ("
                            + broken.entrySet().stream()
                                    .limit(BROKEN_SHOWN)
                                    .map(
                                            e ->
                                                    e.getKey()
                                                            + ": "
                                                            + Words.counted(e.getValue(), "value"))
                                    .collect(Collectors.joining(", "))
                            + (broken.size() > BROKEN_SHOWN ? ", ..." : "")
                            + "): the file is damaged or its training diverged; use another"
                            + " checkpoint");
        }
    }

    /** The licence that a weight file is under, as far as it or its name tells. */
    public static String licence(Path file) {
        return Licences.of(WeightsFile.read(file));
    }

    /** The licence that binds what is trained from a weight file. */
    public static String licenceOfDerived(Path file) {
        return Licences.ofDerived(WeightsFile.read(file));
    }

    private static void warnIfCutOff(StateDict weights) {
        String done = weights.metadata().get(EPOCHS_DONE);
        String asked = weights.metadata().get(EPOCHS_ASKED);
        if (done != null && asked != null && !done.equals(asked)) {
            LOG.warn(
                    "{}: its pretraining has not come to its end: it has {} of {} epochs behind it",
                    weights.file(),
                    Licences.printable(done),
                    Licences.printable(asked));
        }
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
                return "; its weights are those of backbone=" + id;
            }
        }
        Optional<Path> index = WeightsFile.indexOf(weights.file());
        if (index.isPresent()) {
            return "; it is one of several shards, give " + index.get();
        }
        return "; check the backbone and the file";
    }
}
