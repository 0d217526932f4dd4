package org.surgenet.common;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The files of searched folders that were not taken: counted by kind, and named where they may have
 * been meant. Files that this program or an operating system leaves in folders are no news and not
 * counted.
 */
public final class OtherFiles {
    private static final String UNFINISHED = AtomicFiles.PART_SUFFIX.substring(1);

    private static final int KINDS_SHOWN = 5;

    private static final Set<String> NO_NEWS =
            Set.of(
                    "frames.csv",
                    "video.json",
                    "procedure.json",
                    "failures.csv",
                    "scores.part.csv",
                    "curated.csv",
                    "report.html",
                    "run.json",
                    "config.yaml",
                    "log.jsonl",
                    "thumbs.db",
                    "ehthumbs.db",
                    "desktop.ini");

    /**
     * A file that may have been meant.
     *
     * @param file as it was found
     * @param cause why it was not taken, and what to do
     */
    public record Named(Path file, String cause) {}

    private final Path except;

    // By suffix without its dot, in lower case; "" for none.
    private final Map<String, Long> counts = new TreeMap<>();
    private final Map<String, Long> kinds = new TreeMap<>();
    private final List<Named> named = new ArrayList<>();

    public OtherFiles() {
        this.except = null;
    }

    /**
     * One that passes over the files of a folder, such as the output within the input.
     *
     * @param except the folder; need not exist
     */
    public OtherFiles(Path except) {
        this.except = except.toAbsolutePath().normalize();
    }

    private boolean excepted(Path file) {
        return except != null && file.toAbsolutePath().normalize().startsWith(except);
    }

    /** Counts a file by its suffix. */
    public void count(Path file) {
        String name = file.getFileName().toString().toLowerCase(Locale.ROOT);
        // A part of a run on many machines, and each of several processes, has its number in the
        // name: failures-0-of-4.csv, failures-rank1.csv.
        boolean news =
                !NO_NEWS.contains(name.replaceFirst("-(\\d+-of-|rank)\\d+(?=\\.[a-z]+$)", ""));
        if (news && !excepted(file)) {
            counts.merge(suffix(file), 1L, Long::sum);
        }
    }

    /** Counts a file as one of a kind that its suffix does not tell. */
    public void count(Path file, String kind) {
        if (!excepted(file)) {
            kinds.merge(kind, 1L, Long::sum);
        }
    }

    /** Names a file instead of counting it. */
    public void name(Path file, String cause) {
        if (!excepted(file)) {
            named.add(new Named(file, cause));
        }
    }

    /** The files that may have been meant, by path. */
    public List<Named> named() {
        return named.stream().sorted(Comparator.comparing(Named::file)).toList();
    }

    /** How many there are of each kind, such as {@code .txt}; without those that are named. */
    public Map<String, Long> counts() {
        Map<String, Long> shown = new TreeMap<>(kinds);
        counts.forEach((suffix, n) -> shown.put(shown(suffix), n));
        return shown;
    }

    /** As in "12 other files ignored: 10 .txt, 2 .json"; empty if there are none. */
    public String summary() {
        long all = counts().values().stream().mapToLong(n -> n).sum();
        if (all == 0) {
            return "";
        }
        List<Map.Entry<String, Long>> kinds = new ArrayList<>(counts().entrySet());
        kinds.sort(
                Map.Entry.<String, Long>comparingByValue()
                        .reversed()
                        .thenComparing(Map.Entry.comparingByKey()));
        String text =
                kinds.stream()
                        .limit(KINDS_SHOWN)
                        .map(kind -> kind.getValue() + " " + kind.getKey())
                        .collect(Collectors.joining(", "));
        long rest = kinds.stream().skip(KINDS_SHOWN).mapToLong(Map.Entry::getValue).sum();
        return Words.counted(all, "other file")
                + " ignored: "
                + text
                + (rest == 0 ? "" : ", " + rest + " of other kinds");
    }

    private static String shown(String suffix) {
        return suffix.isEmpty() ? "without a suffix" : "." + suffix;
    }

    /** What follows the last dot of the file's name, in lower case; empty if there is none. */
    public static String suffix(Path file) {
        String name = file.getFileName() == null ? "" : file.getFileName().toString();
        int dot = name.lastIndexOf('.');
        return dot < 0 ? "" : name.substring(dot + 1).toLowerCase(Locale.ROOT);
    }

    /** Whether a file is still being written by this program. */
    public static boolean unfinished(Path file) {
        return suffix(file).equals(UNFINISHED);
    }
}
