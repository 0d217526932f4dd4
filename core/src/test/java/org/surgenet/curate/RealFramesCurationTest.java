package org.surgenet.curate;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.surgenet.SharedFiles;
import org.surgenet.common.Cancellation;
import org.surgenet.common.CsvTable;
import org.surgenet.common.Progress;

/**
 * The default thresholds on real frames: ten laparoscopies labelled by viewing, frames of other
 * operations, and pictures that are no surgery. What was reached is pinned.
 */
class RealFramesCurationTest {
    @TempDir Path output;

    private Map<String, String> reasons(Path frames) throws IOException {
        CurateRequest request =
                CurateRequest.builder(List.of(frames), output).overwrite(true).build();
        new Curation(request).run(Progress.NONE, Cancellation.NEVER);
        Map<String, String> reasons = new TreeMap<>();
        for (CsvTable.Row row : CsvTable.read(output.resolve(Curation.CURATED)).rows()) {
            Path path = Path.of(row.get("path"));
            reasons.put(path.getFileName().toString(), row.get("reason"));
        }
        return reasons;
    }

    private static Path media(String name) {
        Path media = SharedFiles.media().orElse(null);
        Assumptions.assumeTrue(media != null, "no real media");
        return media.resolve(name);
    }

    @Test
    void tellsBodyFromEverythingElse() throws IOException {
        Path folder = media("frames_labelled");
        Map<String, String> reasons = reasons(folder);
        Map<String, Map<String, Integer>> table = new TreeMap<>();
        List<String> wrong = new ArrayList<>();
        for (CsvTable.Row row :
                CsvTable.read(folder.resolve("LABELS_by_viewing.tsv"), '\t', "file").rows()) {
            String file = Path.of(row.get("file")).getFileName().toString();
            String reason = reasons.get(file).isEmpty() ? "kept" : reasons.get(file);
            String label = row.get("label");
            table.computeIfAbsent(label, l -> new TreeMap<>()).merge(reason, 1, Integer::sum);
            boolean body = label.startsWith("in_body");
            if (body != reason.equals("kept") && !label.equals("trocar")) {
                wrong.add(label + " " + reason + " " + file);
            }
        }
        System.out.println("labelled by viewing -> decision: " + table);

        assertThat(wrong).isEmpty();
        // Trocars of metal go, those with tissue behind them stay.
        assertThat(table.get("trocar")).isEqualTo(Map.of("kept", 5, "out_of_body", 2));
    }

    @Test
    void keepsFramesOfOtherOperations() throws IOException {
        assertThat(reasons(media("frames")).values()).containsOnly("");
    }

    @Test
    void dropsWhatIsNoSurgery() throws IOException {
        Map<String, String> kept = new HashMap<>(reasons(media("non_surgical")));
        kept.values().removeIf(reason -> !reason.isEmpty());

        // The retina has the colours and the disc of an endoscopy.
        assertThat(kept.keySet()).containsExactly("scikit-image__retina.jpg");
        assertThat(Files.readString(output.resolve(Curation.FAILURES)))
                .contains("scikit-image__truncated.jpg", "truncated");
    }

    @Test
    void findsNearDuplicates() throws IOException {
        Map<String, String> reasons = reasons(media("near_duplicates"));

        assertThat(reasons)
                .containsEntry("holohub__tool_tracking_0001.png", "")
                .containsEntry("holohub__tool_tracking_0002.png", "near_duplicate")
                .containsEntry("holohub__tool_tracking_0003.png", "near_duplicate")
                // The same scene behind smoke of growing density is no near duplicate.
                .containsEntry("ssalazarcolores__in_01.jpg", "")
                .containsEntry("ssalazarcolores__in_15.jpg", "");
    }
}
