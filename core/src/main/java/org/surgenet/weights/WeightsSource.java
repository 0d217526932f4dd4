package org.surgenet.weights;

import java.nio.file.Path;
import java.util.Optional;

/**
 * Which weights a network takes.
 *
 * @param file of any known format and dialect
 * @param part of the file, see {@code --weights-part}; empty for the one that fits best
 * @param allowPartial whether the file may lack tensors of the network, or hold others
 */
public record WeightsSource(Path file, Optional<String> part, boolean allowPartial) {}
