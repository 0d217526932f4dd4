package org.surgenet.cli;

import java.util.List;
import org.surgenet.frames.FrameSubset;
import picocli.CommandLine.Option;

/** A part of the frames, for studies of how much and what data matter. */
final class FrameSubsetOptions {
    @Option(
            names = "--fraction",
            defaultValue = "1",
            paramLabel = "X",
            description =
                    "Use this fraction of the frames, drawn at random; draws are nested (default:"
                            + " ${DEFAULT-VALUE}).")
    double fraction;

    @Option(
            names = "--procedures",
            split = ",",
            paramLabel = "NAME",
            description =
                    "Use only frames of these procedures, separated by commas (default: all).")
    List<String> procedures = List.of();

    @Option(
            names = "--max-videos",
            defaultValue = "0",
            paramLabel = "N",
            description = "Use N randomly drawn videos; draws are nested (default: 0, all videos).")
    int maxVideos;

    @Option(
            names = "--subset-seed",
            defaultValue = "0",
            paramLabel = "N",
            description =
                    "Seed of the draws of --fraction and --max-videos, independent of --seed"
                            + " (default: ${DEFAULT-VALUE}).")
    long seed;

    FrameSubset subset() {
        return new FrameSubset(fraction, procedures, maxVideos, seed);
    }
}
