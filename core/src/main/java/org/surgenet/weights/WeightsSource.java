package org.surgenet.weights;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.surgenet.common.Hashes;

/**
 * Which weights a network takes.
 *
 * @param file of any known format and dialect
 * @param part of the file, such as {@code teacher}; empty for the one that fits best
 * @param allowPartial whether the file may lack tensors of the network, or hold others
 */
public record WeightsSource(Path file, Optional<String> part, boolean allowPartial) {
    /**
     * SHA-256 of the file and, where it is an index, of its shards.
     *
     * @throws IOException if one cannot be read
     */
    public static List<String> hashes(Path file) throws IOException {
        List<String> hashes = new ArrayList<>(List.of(Hashes.sha256(file)));
        for (Path shard : WeightsFile.shards(file)) {
            hashes.add(Hashes.sha256(shard));
        }
        return hashes;
    }
}
