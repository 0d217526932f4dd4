package org.surgenet.video.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.surgenet.common.Cancellation;
import org.surgenet.common.Hashes;
import org.surgenet.common.InterruptedRunException;
import org.surgenet.common.Progress;
import org.surgenet.common.UserException;
import org.surgenet.frames.FrameLists;
import org.surgenet.frames.FrameRecord;
import org.surgenet.frames.FramesCsv;
import org.surgenet.video.Extraction;
import org.surgenet.video.ExtractionRequest;
import org.surgenet.video.ExtractionTest;
import org.surgenet.video.TestRequest;
import org.surgenet.video.TestVideos;
import org.surgenet.video.Verification;
import org.surgenet.video.VideoOutcome;
import org.surgenet.video.naming.VideoInput;

final class PackingTest {
    private static final String NAME = "op.2";

    @TempDir Path folder;

    @BeforeEach
    void makeVideos() throws IOException {
        TestVideos.write(
                folder.resolve("in/chole").resolve(NAME + ".mkv"),
                70,
                TestVideos.settings("matroska", "mpeg4", "10", 10, 0));
        // A tar's old header holds 100 bytes of ASCII.
        TestVideos.write(
                folder.resolve("in/cholé").resolve("n".repeat(110) + ".mkv"),
                20,
                TestVideos.settings("matroska", "mpeg4", "10", 10, 0));
    }

    private ExtractionRequest request(Packing packing, String output, boolean overwrite) {
        return TestRequest.of(folder.resolve("in"), folder.resolve(output))
                .packing(packing)
                .overwrite(overwrite)
                .build();
    }

    private static List<VideoOutcome> run(ExtractionRequest request, Cancellation cancellation)
            throws IOException {
        return new Extraction(request, Progress.NONE, cancellation).run();
    }

    private List<Verification.Problem> verify(ExtractionRequest request) throws IOException {
        return new Verification(
                        request.videos().stream().map(VideoInput::folder).toList(),
                        request.output(),
                        request.failuresFile())
                .run(Progress.NONE, Cancellation.NEVER);
    }

    private static List<String> names(Path output) throws IOException {
        try (Stream<Path> files = Files.list(output)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    @ParameterizedTest
    @EnumSource
    void archivesHoldTheFilesOfALooseExtraction(Packing.Kind kind) throws IOException {
        ExtractionRequest packed = request(new Packing(kind, 3), "packed", false);
        run(packed, Cancellation.NEVER);
        run(request(null, "loose", false), Cancellation.NEVER);

        String suffix = "." + kind.suffix();
        assertThat(names(folder.resolve("packed/chole").resolve(NAME)))
                .containsExactly(
                        "frames.csv",
                        NAME + "-000000" + suffix,
                        NAME + "-000001" + suffix,
                        NAME + "-000002" + suffix,
                        "video.json");
        for (VideoInput video : packed.videos()) {
            List<FrameRecord> loose =
                    FramesCsv.read(folder.resolve("loose/" + video.folder() + "/frames.csv"));
            List<FrameRecord> records =
                    FramesCsv.read(folder.resolve("packed/" + video.folder() + "/frames.csv"));
            assertThat(records).hasSameSizeAs(loose).isNotEmpty();
            List<String> members = new ArrayList<>();
            List<String> hashes = new ArrayList<>();
            for (String archive : records.stream().map(FramePacker::archive).distinct().toList()) {
                Archive.read(
                        folder.resolve("packed").resolve(video.folder()).resolve(archive),
                        (name, content) -> {
                            members.add(archive + "/" + name);
                            hashes.add(Hashes.sha256(content));
                        });
            }
            for (int i = 0; i < records.size(); i++) {
                // WebDataset's key ends at the first dot; the files of one sample lie together.
                String key = records.get(i).path().replaceFirst("\\.jpg$", "");
                String last = key.substring(key.lastIndexOf('/') + 1);
                assertThat(last).doesNotContain(".");
                assertThat(members.subList(2 * i, 2 * i + 2))
                        .containsExactly(key + ".jpg", key + ".json");
                assertThat(hashes.get(2 * i)).isEqualTo(loose.get(i).sha256());
                assertThat(records.get(i).sha256()).isEqualTo(loose.get(i).sha256());
            }
        }
        assertThat(verify(packed)).isEmpty();
        assertThat(run(packed, Cancellation.NEVER))
                .extracting(VideoOutcome::state)
                .containsOnly(VideoOutcome.State.ALREADY_COMPLETE);
        Path archive =
                folder.resolve("packed/chole").resolve(NAME).resolve(NAME + "-000001" + suffix);
        byte[] before = Files.readAllBytes(archive);
        Files.delete(archive);
        run(packed, Cancellation.NEVER);
        assertThat(archive).hasBinaryContent(before);
    }

    /** An independent reader: the tar program. */
    @Test
    void tarProgramReadsThem() throws Exception {
        run(request(new Packing(Packing.Kind.TAR, 100), "out", false), Cancellation.NEVER);
        Path unpacked = Files.createDirectory(folder.resolve("unpacked"));
        try (Stream<Path> files = Files.walk(folder.resolve("out"))) {
            for (Path tar : files.filter(f -> f.toString().endsWith(".tar")).toList()) {
                Process process =
                        new ProcessBuilder("tar", "xf", tar.toString())
                                .directory(unpacked.toFile())
                                .inheritIO()
                                .start();
                assertThat(process.waitFor()).isZero();
            }
        }

        run(request(null, "loose", false), Cancellation.NEVER);
        for (VideoInput video : request(null, "loose", false).videos()) {
            for (FrameRecord frame :
                    FramesCsv.read(folder.resolve("loose/" + video.folder() + "/frames.csv"))) {
                Path file =
                        unpacked.resolve(video.folder())
                                .resolveSibling(frame.path().replace("op.2", "op_2"));
                assertThat(Hashes.sha256(file)).isEqualTo(frame.sha256());
                assertThat(Path.of(file.toString().replace(".jpg", ".json")))
                        .content()
                        .contains("\"frame\":" + frame.frame() + ",");
            }
        }
    }

    @Test
    void interruptedRunGoesOnToTheSameResult() throws IOException {
        Packing packing = new Packing(Packing.Kind.TAR, 3);
        run(request(packing, "whole", false), Cancellation.NEVER);
        int cuts = 0;
        for (int polls = 20; ; polls += 60) {
            AtomicInteger left = new AtomicInteger(polls);
            try {
                run(request(packing, "cut", false), () -> left.decrementAndGet() < 0);
                break;
            } catch (InterruptedRunException e) {
                cuts++;
            }
        }
        // As after an end between the list and the tidying behind it.
        Path op = folder.resolve("cut/chole").resolve(NAME);
        Files.writeString(
                op.resolve("frames.journal"), "surgenet journal 2 - groups\nown _000001.jpg .\n");
        Files.writeString(op.resolve(NAME + "_000001.jpg"), "left over");
        run(request(packing, "cut", false), Cancellation.NEVER);

        assertThat(cuts).isGreaterThan(0);
        Map<String, String> whole = ExtractionTest.hashes(folder.resolve("whole"));
        assertThat(ExtractionTest.hashes(folder.resolve("cut"))).isEqualTo(whole);

        // The other way of keeping frames is another result, and takes the place of this one.
        assertThatThrownBy(() -> run(request(null, "cut", false), Cancellation.NEVER))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("other settings");
        run(request(null, "cut", true), Cancellation.NEVER);
        assertThat(names(op)).noneMatch(name -> name.endsWith(".tar")).hasSize(9);
    }

    @Test
    void verificationLooksIntoArchives() throws IOException {
        ExtractionRequest request = request(new Packing(Packing.Kind.TAR, 3), "out", false);
        run(request, Cancellation.NEVER);
        Path op = folder.resolve("out/chole").resolve(NAME);
        try (RandomAccessFile file =
                new RandomAccessFile(op.resolve(NAME + "-000000.tar").toFile(), "rw")) {
            file.seek(600);
            file.write(77);
        }
        Files.delete(op.resolve(NAME + "-000001.tar"));
        try (RandomAccessFile file =
                new RandomAccessFile(op.resolve(NAME + "-000002.tar").toFile(), "rw")) {
            file.setLength(700);
        }

        assertThat(verify(request))
                .containsExactly(
                        new Verification.Problem(
                                Verification.Kind.ALTERED,
                                op.resolve(NAME + "-000000.tar/chole/op_2_000000.jpg")),
                        new Verification.Problem(
                                Verification.Kind.MISSING, op.resolve(NAME + "-000001.tar")),
                        new Verification.Problem(
                                Verification.Kind.ALTERED, op.resolve(NAME + "-000002.tar")));
    }

    @Test
    void otherCommandsSayThatTheyDoNotReadArchives() throws IOException {
        run(request(new Packing(Packing.Kind.ZIP, 3), "out", false), Cancellation.NEVER);

        for (String source : List.of("out", "out/chole/" + NAME + "/frames.csv")) {
            assertThatThrownBy(() -> FrameLists.read(folder.resolve(source)))
                    .isInstanceOf(UserException.class)
                    .hasMessageContaining("packed frames")
                    .hasMessageContaining("extract them again, not packed");
        }
    }
}
