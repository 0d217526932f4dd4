package org.surgenet.weights;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.surgenet.common.UserException;

/** Reads weight files of any known format; the content decides, not the name. */
public final class WeightsFile {
    /** How a legacy file of pickle protocol 1 begins: its magic number as text. */
    private static final char[] LEGACY_TEXT = ("L" + PthFile.LEGACY_MAGIC + "L").toCharArray();

    private WeightsFile() {}

    /**
     * Reads names, types and shapes; values stay in the file until they are asked for. Nothing that
     * the file asks for is run. An index of shards ({@code model.safetensors.index.json}) stands
     * for all of them.
     *
     * @throws UserException if the file cannot be read, is damaged, is of another kind, or asks for
     *     more than tensors; the message says which
     */
    public static StateDict read(Path file) {
        if (isIndex(file)) {
            return index(file).open(WeightsFile::readOne);
        }
        return readOne(file);
    }

    /** The files that an index of shards names; none for any other file. */
    public static List<Path> shards(Path file) {
        return isIndex(file) ? index(file).paths() : List.of();
    }

    /** The index beside a file that is a shard by its name; empty for any other file. */
    static Optional<Path> indexOf(Path file) {
        return Shards.indexOf(file);
    }

    private static Shards index(Path file) {
        try {
            return Shards.read(file);
        } catch (IOException e) {
            throw new UserException(file + ": cannot be read: " + reason(e), e);
        }
    }

    private static boolean isIndex(Path file) {
        if (!Files.isRegularFile(file)) {
            return false;
        }
        try (InputStream in = Files.newInputStream(file)) {
            byte[] head = in.readNBytes(512);
            return !isSafetensors(head) && Shards.looksLikeIndex(head);
        } catch (IOException e) {
            throw new UserException(file + ": cannot be read: " + reason(e), e);
        }
    }

    private static StateDict readOne(Path file) {
        if (Files.isDirectory(file)) {
            throw new UserException(
                    file
                            + ": is a folder; a weight file, or the .index.json of one in shards,"
                            + " is expected");
        }
        try (InputStream in = Files.newInputStream(file)) {
            byte[] head = in.readNBytes(512);
            if (head.length == 0) {
                throw new UserException(file + ": is empty");
            }
            if (startsWith(head, 'P', 'K')) {
                return PthFile.readZip(file);
            }
            if (isSafetensors(head)) {
                return Safetensors.read(file);
            }
            if ((head[0] & 0xFF) == 0x80 && head.length > 1 && head[1] <= 5
                    || startsWith(head, LEGACY_TEXT)) {
                return PthFile.readLegacy(file);
            }
            if (head.length > 262
                    && new String(head, 257, 5, StandardCharsets.US_ASCII).equals("ustar")) {
                throw new UserException(
                        file
                                + ": is a tar file, the format of PyTorch before 0.1.10, which is"
                                + " not supported; load it with an old PyTorch and save it anew");
            }
            if (startsWith(head, '<')) {
                throw new UserException(
                        file + ": is a web page, not weights: the download went wrong");
            }
            if (new String(head, StandardCharsets.US_ASCII).startsWith("version https://git-lfs")) {
                throw new UserException(
                        file + ": is a pointer of Git LFS, not the weights; run git lfs pull");
            }
            throw new UserException(
                    file + ": is neither a PyTorch checkpoint nor a safetensors file");
        } catch (IOException e) {
            throw new UserException(file + ": cannot be read: " + reason(e), e);
        }
    }

    private static String reason(IOException e) {
        return e instanceof java.nio.file.NoSuchFileException ? "no such file" : e.getMessage();
    }

    private static boolean startsWith(byte[] head, char... text) {
        for (int i = 0; i < text.length; i++) {
            if (head.length <= i || head[i] != text[i]) {
                return false;
            }
        }
        return true;
    }

    /** Eight bytes of length, then a JSON object. */
    private static boolean isSafetensors(byte[] head) {
        if (head.length < 9 || head[8] != '{') {
            return false;
        }
        long length = ByteBuffer.wrap(head).order(ByteOrder.LITTLE_ENDIAN).getLong();
        return length > 0 && length <= Safetensors.REFERENCE_MAX_HEADER;
    }
}
