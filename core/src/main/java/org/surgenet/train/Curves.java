package org.surgenet.train;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.surgenet.common.Json;
import org.surgenet.report.Charts;

/** Draws {@code curves.png} from {@code log.jsonl}. */
public final class Curves {
    /** Points of a curve; where the log has more, each point is a mean of its neighbours. */
    private static final int POINTS = 500;

    private Curves() {}

    /**
     * Curves that share their axes.
     *
     * @param position key of the horizontal axis, such as {@code step} or {@code epoch}
     * @param keys fields of the log's lines; lines that lack {@code position} or the key are passed
     *     over
     */
    public record Panel(
            String title, String position, String yLabel, boolean logarithmic, List<String> keys) {}

    /**
     * Draws the panels side by side, replacing the file.
     *
     * @throws org.surgenet.common.UserException on a machine without fonts
     */
    static void write(RunDirectory run, List<Panel> panels) throws IOException {
        List<Charts.Panel> drawn = new ArrayList<>();
        for (Panel panel : panels) {
            List<Charts.Series> series = new ArrayList<>();
            for (String key : panel.keys()) {
                Charts.Series curve = read(run.log(), panel.position(), key);
                if (curve.x().length > 0) {
                    series.add(curve);
                }
            }
            drawn.add(
                    new Charts.Panel(
                            panel.title(),
                            panel.position(),
                            panel.yLabel(),
                            panel.logarithmic(),
                            series));
        }
        Charts.panels(Math.min(2, drawn.size()), drawn).write(run.curves());
    }

    static Charts.Series read(Path log, String position, String key) throws IOException {
        boolean epochs = position.equals("epoch");
        List<double[]> points = new ArrayList<>();
        try (BufferedReader reader = Files.newBufferedReader(log)) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                // A cheap look first: parsing half a million lines for one key takes seconds.
                if (line.contains("\"" + key + "\"")) {
                    JsonNode node =
                            Json.parse(line.getBytes(StandardCharsets.UTF_8), log.toString());
                    if (node.path(position).isNumber() && node.path(key).isNumber()) {
                        points.add(
                                new double[] {
                                    // The log counts epochs from 0, as DINO's does; people do not.
                                    node.get(position).asDouble() + (epochs ? 1 : 0),
                                    node.get(key).asDouble()
                                });
                    }
                }
            }
        }
        int bucket = Math.max(1, (points.size() + POINTS - 1) / POINTS);
        int count = (points.size() + bucket - 1) / bucket;
        double[] x = new double[count];
        double[] y = new double[count];
        for (int i = 0; i < count; i++) {
            List<double[]> some =
                    points.subList(i * bucket, Math.min(points.size(), (i + 1) * bucket));
            x[i] = some.stream().mapToDouble(point -> point[0]).average().orElseThrow();
            y[i] = some.stream().mapToDouble(point -> point[1]).average().orElseThrow();
        }
        return new Charts.Series(key, x, y);
    }
}
