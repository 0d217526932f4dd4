package org.surgenet.task.phase;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.surgenet.common.Json;
import org.surgenet.common.Progress;
import org.surgenet.common.Setting;
import org.surgenet.common.SettingValues;
import org.surgenet.common.UserException;
import org.surgenet.common.Words;
import org.surgenet.dataset.Dataset;
import org.surgenet.dataset.DatasetReader;
import org.surgenet.dataset.Folders;

/**
 * MultiBypass140 as its repository has it: {@code labels/bern/labels_by70/BBP01.mp4.json} and
 * {@code labels/strasbourg/labels_by70/SBP01.mp4.json}, each with lists {@code phases} and {@code
 * steps} of intervals in milliseconds ({@code start, end, label_name, label_id}). In all 140 files
 * the 12 phases (0 .. 11) follow each other without a gap or overlap; over them lie intervals
 * {@code out_of_body} (12) and {@code severe_index} (13, adverse events). The latter are no phases
 * and change nothing. The published splits are pickle files and are not read.
 */
final class MultiBypass140 implements DatasetReader<PhaseSample> {
    /** Which of the two lists. */
    enum Level {
        PHASES,
        STEPS
    }

    /** What becomes of frames outside the body. */
    enum OutOfBody {
        LEAVE_OUT,
        CLASS,
        KEEP
    }

    /** Which labels are taken. */
    static final Setting<Level> LEVEL =
            Setting.of(
                    "level",
                    Level.class,
                    "phases|steps",
                    Level.PHASES,
                    "Labels of multibypass140: its 12 phases or its 46 steps (default:"
                            + " {default}).");

    /** Frames outside the body. */
    static final Setting<OutOfBody> OUT_OF_BODY =
            Setting.of(
                    "out-of-body",
                    OutOfBody.class,
                    "leave-out|class|keep",
                    OutOfBody.LEAVE_OUT,
                    "Frames in the out-of-body intervals of multibypass140: leave them out, make"
                            + " them a class of their own, or keep the label that lies below"
                            + " (default: {default}).");

    private static final String NAME = "multibypass140";
    private static final String ENDING = ".mp4.json";
    private static final double MILLIS = 1000;
    private static final String OUTSIDE = "out_of_body";
    private static final int OUTSIDE_ID = 12;
    private static final String ADVERSE = "severe_index";
    private static final int ADVERSE_ID = 13;

    private static final List<String> FOLDERS =
            List.of("labels/bern/labels_by70", "labels/strasbourg/labels_by70", "labels", "");

    private static final List<String> PHASES =
            List.of(
                    "preparation",
                    "gastric_pouch_creation",
                    "omentum_division",
                    "gastrojejunal_anastomosis",
                    "anastomosis_test",
                    "jejunal_separation",
                    "closure_petersen_space",
                    "jejunojejunal_anastomosis",
                    "closure_mesenteric_defect",
                    "cleaning_coagulation",
                    "disassembling",
                    "other_intervention");

    private static final List<String> STEPS =
            List.of(
                    "s0_null_step",
                    "s1_cavity_exploration",
                    "s2_trocar_placement",
                    "s3_retractor_placement",
                    "s4_crura_dissection",
                    "s5_his_angle_dissection",
                    "s6_horizontal_stapling",
                    "s7_retrogastric_dissection",
                    "s8_vertical_stapling",
                    "s9_gastric_remnant_reinforcement",
                    "s10_gastric_pouch_reinforcement",
                    "s11_gastric_opening",
                    "s12_omental_lifting",
                    "s13_omental_section",
                    "s14_adhesiolysis",
                    "s15_treitz_angle_identification",
                    "s16_biliary_limb_measurement",
                    "s17_jejunum_opening",
                    "s18_gastrojejunal_stapling",
                    "s19_gastrojejunal_defect_closing",
                    "s20_mesenteric_opening",
                    "s21_jejunal_section",
                    "s22_gastric_tube_placement",
                    "s23_jejunal_clamping",
                    "s24_ink_injection",
                    "s25_visual_assessment",
                    "s26_gastrojejunal_anastomosis_reinforcement",
                    "s27_petersen_space_exposure",
                    "s28_petersen_space_closing",
                    "s29_biliary_limb_opening",
                    "s30_alimentary_limb_measurement",
                    "s31_alimentary_limb_opening",
                    "s32_jejunojejunal_stapling",
                    "s33_jejunojejunal_defect_closing",
                    "s34_jejunojejunal_anastomosis_reinforcement",
                    "s35_staple_line_reinforcement",
                    "s36_mesenteric_defect_exposure",
                    "s37_mesenteric_defect_closing",
                    "s38_anastomosis_fixation",
                    "s39_coagulation",
                    "s40_irrigation_aspiration",
                    "s41_parietal_closure",
                    "s42_trocar_removal",
                    "s43_calibration",
                    "s44_drainage_insertion",
                    "s45_specimen_retrieval");

    @Override
    public String format() {
        return NAME;
    }

    @Override
    public String layout() {
        return NAME
                + ": labels/bern/labels_by70/ and labels/strasbourg/labels_by70/ of its repository,"
                + " with VIDEO.mp4.json";
    }

    @Override
    public List<Setting<?>> settings() {
        return Stream.concat(PhaseFrames.SETTINGS.stream(), Stream.of(LEVEL, OUT_OF_BODY)).toList();
    }

    @Override
    public SettingValues settingsFor(List<String> classes) {
        SettingValues values = SettingValues.DEFAULTS;
        if (classes.containsAll(STEPS)) {
            values = values.with(LEVEL, Level.STEPS);
        }
        return classes.contains(OUTSIDE) ? values.with(OUT_OF_BODY, OutOfBody.CLASS) : values;
    }

    @Override
    public Dataset<PhaseSample> read(Path root, SettingValues values, Progress progress) {
        Folders.require(root, "the repository MultiBypass140, or a folder with VIDEO" + ENDING);
        boolean steps = values.get(LEVEL) == Level.STEPS;
        OutOfBody outside = values.get(OUT_OF_BODY);
        List<String> classes = new ArrayList<>(steps ? STEPS : PHASES);
        Reading reading = new Reading(steps, outside, classes.size());
        files(root).forEach(reading::read);
        if (outside == OutOfBody.CLASS) {
            classes.add(OUTSIDE);
        }
        PhaseFrames frames = new PhaseFrames(root, values);
        PhaseFrames.Labelled labelled = frames.label(reading.labels, video -> video, progress);
        frames.requireSamples(labelled, reading.labels.keySet(), root);
        List<String> notes = new ArrayList<>(labelled.notes());
        if (reading.adverse > 0) {
            notes.add(
                    Words.counted(reading.adverse, "interval")
                            + " "
                            + ADVERSE
                            + " (adverse events) passed over, which are not phases");
        }
        return new Dataset<>(NAME, NAME, classes, labelled.samples(), Map.of(), "", notes);
    }

    private static Map<String, Path> files(Path root) {
        Map<String, Path> files = new TreeMap<>();
        for (String folder : FOLDERS) {
            if (!Files.isDirectory(root.resolve(folder))) {
                continue;
            }
            for (Path file : Folders.list(root.resolve(folder))) {
                String name = file.getFileName().toString();
                if (!name.endsWith(ENDING)) {
                    continue;
                }
                String video = name.substring(0, name.length() - ENDING.length());
                Path other = files.putIfAbsent(video, file);
                if (other != null) {
                    throw new UserException(
                            file + ": " + video + " has labels in " + other + " too; remove one");
                }
            }
        }
        if (files.isEmpty()) {
            throw new UserException(
                    root + ": has no label files like labels/bern/labels_by70/BBP01" + ENDING);
        }
        return files;
    }

    /** What the files say. */
    private static final class Reading {
        private final boolean steps;
        private final OutOfBody outside;
        private final int outsideClass;
        private final Map<String, TimedPhases> labels = new TreeMap<>();
        private int adverse;

        Reading(boolean steps, OutOfBody outside, int outsideClass) {
            this.steps = steps;
            this.outside = outside;
            this.outsideClass = outsideClass;
        }

        void read(String video, Path file) {
            JsonNode json = Json.read(file);
            IntervalPhases intervals = new IntervalPhases();
            // Out-of-body intervals are in the list of phases alone; they hold for steps too.
            add(json, file, "phases", PHASES, steps ? new IntervalPhases() : intervals, intervals);
            if (steps) {
                add(json, file, "steps", STEPS, intervals, intervals);
            }
            if (intervals.isEmpty()) {
                throw new UserException(file + ": has no labels in '" + list() + "'");
            }
            labels.put(video, intervals);
        }

        private String list() {
            return steps ? "steps" : "phases";
        }

        private void add(
                JsonNode json,
                Path file,
                String list,
                List<String> names,
                IntervalPhases labelled,
                IntervalPhases marked) {
            JsonNode intervals = json.path(list);
            if (!intervals.isArray()) {
                throw new UserException(file + ": has no list '" + list + "'");
            }
            for (int i = 0; i < intervals.size(); i++) {
                add(intervals.get(i), file + ": " + list + "[" + i + "]", names, labelled, marked);
            }
        }

        private void add(
                JsonNode node,
                String place,
                List<String> names,
                IntervalPhases labelled,
                IntervalPhases marked) {
            String name = node.path("label_name").asText("");
            int id = node.path("label_id").asInt(-1);
            IntervalPhases.Interval interval =
                    new IntervalPhases.Interval(
                            seconds(node, "start", place), seconds(node, "end", place), id, place);
            if (names == PHASES && id == OUTSIDE_ID && name.equals(OUTSIDE)) {
                if (outside != OutOfBody.KEEP) {
                    marked.addOutside(
                            interval,
                            outside == OutOfBody.CLASS ? outsideClass : PhaseNames.UNLABELLED);
                }
            } else if (names == PHASES && id == ADVERSE_ID && name.equals(ADVERSE)) {
                adverse++;
            } else if (id < 0 || id >= names.size() || !names.get(id).equals(name)) {
                throw new UserException(
                        place
                                + ": label_id "
                                + node.path("label_id")
                                + " with the name '"
                                + name
                                + "' is not among those of MultiBypass140");
            } else {
                labelled.add(interval);
            }
        }

        private static double seconds(JsonNode node, String key, String place) {
            JsonNode value = node.path(key);
            if (!value.isNumber() || value.asDouble() < 0) {
                throw new UserException(
                        place + ": '" + key + "' is " + value + "; milliseconds are expected");
            }
            return value.asDouble() / MILLIS;
        }
    }
}
