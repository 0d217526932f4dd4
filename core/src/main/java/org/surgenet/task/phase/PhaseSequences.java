package org.surgenet.task.phase;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.surgenet.metrics.PhaseScores;

/** Targets and predictions of frames, gathered by video in order of time. */
final class PhaseSequences {
    private final Map<String, List<int[]>> videos = new LinkedHashMap<>();

    /** Adds the next frame; frames of a video come in order of time. */
    void add(PhaseSample sample, int prediction) {
        videos.computeIfAbsent(sample.video(), video -> new ArrayList<>())
                .add(new int[] {sample.phase(), prediction});
    }

    List<String> videos() {
        return List.copyOf(videos.keySet());
    }

    int[] targets(String video) {
        return videos.get(video).stream().mapToInt(pair -> pair[0]).toArray();
    }

    int[] predictions(String video) {
        return videos.get(video).stream().mapToInt(pair -> pair[1]).toArray();
    }

    /**
     * @param tolerance see {@link PhaseScores#PhaseScores(int, int)}
     */
    PhaseScores scores(int phases, int tolerance) {
        PhaseScores scores = new PhaseScores(phases, tolerance);
        videos.keySet().forEach(video -> scores.add(video, targets(video), predictions(video)));
        return scores;
    }
}
