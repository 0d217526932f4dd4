package org.surgenet.video.naming;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.surgenet.common.UserException;

/**
 * In which order SurgeNet's script is taken to have gone through a procedure's videos. It took them
 * as the file system listed them, which differs from machine to machine; here it must be said.
 *
 * @param kind how it is given
 * @param file that lists it, of {@link Kind#FILE}; otherwise null
 */
public record VideoOrder(Kind kind, Path file) {
    /** How the order is given. */
    public enum Kind {
        /** By file name, as Java compares texts. */
        NAME,
        /** As a text file has the names. */
        FILE,
        /** Not needed: the names in the list of frames tell each video's first count. */
        LIST
    }

    /** Reads {@code name}, {@code list} or the path of a text file. */
    public static VideoOrder parse(String text) {
        return switch (text) {
            case "name" -> new VideoOrder(Kind.NAME, null);
            case "list" -> new VideoOrder(Kind.LIST, null);
            default -> new VideoOrder(Kind.FILE, Path.of(text));
        };
    }

    /**
     * Puts a procedure's videos in order.
     *
     * @throws UserException if the file cannot be read, or it and the folder differ in their videos
     */
    public List<VideoInput> sort(String procedure, List<VideoInput> videos) {
        List<VideoInput> byName = new ArrayList<>(videos);
        byName.sort(Comparator.comparing(VideoOrder::name).thenComparing(VideoInput::folder));
        return kind == Kind.FILE ? asListed(procedure, byName) : byName;
    }

    private static String name(VideoInput video) {
        return video.file().getFileName().toString();
    }

    private List<VideoInput> asListed(String procedure, List<VideoInput> videos) {
        Map<String, VideoInput> byName = new HashMap<>();
        for (VideoInput video : videos) {
            if (byName.put(name(video), video) != null) {
                throw new UserException(
                        file
                                + ": cannot tell apart the videos "
                                + name(video)
                                + " of "
                                + procedure);
            }
        }
        Map<String, VideoInput> sorted = new LinkedHashMap<>();
        for (String name : listed(procedure)) {
            VideoInput video = byName.get(name);
            if (video == null) {
                throw new UserException(
                        file
                                + ": lists "
                                + name
                                + ", which is not there; the counts of the videos after it need"
                                + " its frames");
            }
            sorted.put(name, video);
        }
        for (VideoInput video : videos) {
            if (!sorted.containsKey(name(video))) {
                throw new UserException(
                        file + ": does not list " + name(video) + " of " + procedure);
            }
        }
        return List.copyOf(sorted.values());
    }

    /** The names of videos on lines for this procedure or for any. */
    private List<String> listed(String procedure) {
        List<String> lines;
        try {
            lines = Files.readAllLines(file);
        } catch (IOException e) {
            throw new UserException(
                    file + ": cannot be read as an order of videos; give name, list or a file", e);
        }
        List<String> names = new ArrayList<>();
        for (String line : lines) {
            String text = line.replace("\uFEFF", "").strip();
            int slash = text.lastIndexOf('/');
            String folder = slash < 0 ? "" : text.substring(0, slash);
            String parent = FileNames.safe(folder.substring(folder.lastIndexOf('/') + 1));
            String name = text.substring(slash + 1);
            // The script met other files too; they gave it no frames.
            if ((slash < 0 || parent.equals(procedure)) && VideoKinds.isVideo(Path.of(name))) {
                names.add(name);
            }
        }
        return names;
    }

    @Override
    public String toString() {
        return kind == Kind.FILE
                ? "as listed"
                : kind == Kind.NAME ? "by name" : "by the frame list";
    }
}
