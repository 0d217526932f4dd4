package org.surgenet.video.naming;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.surgenet.common.AtomicFiles;
import org.surgenet.common.CsvTable;
import org.surgenet.common.UserException;

/**
 * Stable ids in place of the names of videos and their folders, made with a secret key, and the
 * table that leads back. Whoever has the frames alone can neither read nor guess a name.
 */
public final class Pseudonyms {
    private static final String KEY_ROW = "key";
    private static final int KEY_BYTES = 32;

    private final Path table;
    private final byte[] key;
    private final Map<String, String> places = new TreeMap<>();

    private Pseudonyms(Path table, byte[] key) {
        this.table = table;
        this.key = key;
    }

    /**
     * Reads the key table, so that the same videos get the same ids again, or begins a new one with
     * a random key. Nothing is written before {@link #save}.
     *
     * @param table CSV file with columns id and place; the first row holds the key
     * @throws UserException if it is there but is no such table
     */
    public static Pseudonyms open(Path table) {
        if (!Files.exists(table)) {
            byte[] key = new byte[KEY_BYTES];
            new SecureRandom().nextBytes(key);
            return new Pseudonyms(table, key);
        }
        List<CsvTable.Row> rows = CsvTable.read(table, "id", "place").rows();
        if (rows.isEmpty() || !rows.get(0).get("id").equals(KEY_ROW)) {
            throw new UserException(
                    table + ": is no table of pseudonyms: its first row has no key");
        }
        byte[] key;
        try {
            key = HexFormat.of().parseHex(rows.get(0).get("place"));
        } catch (IllegalArgumentException e) {
            throw new UserException(table + ": its key is damaged", e);
        }
        if (key.length != KEY_BYTES) {
            throw new UserException(table + ": its key is damaged");
        }
        Pseudonyms pseudonyms = new Pseudonyms(table, key);
        rows.subList(1, rows.size())
                .forEach(row -> pseudonyms.places.put(row.get("id"), row.get("place")));
        return pseudonyms;
    }

    /**
     * The same videos under their ids, in the order of these.
     *
     * @param keepProcedures whether procedures may be seen; where they come from names of folders,
     *     these may be patients'
     */
    public List<VideoInput> apply(List<VideoInput> videos, boolean keepProcedures) {
        List<VideoInput> result = new ArrayList<>();
        for (VideoInput video : videos) {
            String id = id(video.folder());
            places.put(id, video.folder());
            String procedure = keepProcedures ? video.procedure() : "";
            result.add(new VideoInput(video.file(), id, id, id, procedure, video.bytes()));
        }
        result.sort(java.util.Comparator.comparing(VideoInput::folder));
        return result;
    }

    private String id(String place) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            byte[] code = mac.doFinal(place.getBytes(StandardCharsets.UTF_8));
            return "v" + HexFormat.of().formatHex(code, 0, 8);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has HmacSHA256", e);
        }
    }

    /** Writes the table, readable by its owner alone. */
    public void save() throws IOException {
        StringBuilder text = new StringBuilder("id,place\n");
        text.append(KEY_ROW).append(',').append(HexFormat.of().formatHex(key)).append('\n');
        places.forEach(
                (id, place) ->
                        text.append(id)
                                .append(",\"")
                                .append(place.replace("\"", "\"\""))
                                .append("\"\n"));
        Path target = table.toAbsolutePath();
        Path folder = target.getParent();
        Files.createDirectories(folder);
        Path part = Files.createTempFile(folder, "pseudonyms", AtomicFiles.PART_SUFFIX);
        try {
            if (Files.getFileStore(folder).supportsFileAttributeView("posix")) {
                // Set and not asked for at its making, where the usual mask would come between.
                Files.setPosixFilePermissions(part, PosixFilePermissions.fromString("rw-------"));
            }
            Files.writeString(part, text);
            // A table cut short would lose the key, and with it all ids.
            Files.move(
                    part,
                    target,
                    StandardCopyOption.ATOMIC_MOVE,
                    StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(part);
        }
    }
}
