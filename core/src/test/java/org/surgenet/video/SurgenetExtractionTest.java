package org.surgenet.video;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.surgenet.SharedFiles;
import org.surgenet.common.Cancellation;
import org.surgenet.common.InterruptedRunException;
import org.surgenet.common.Progress;
import org.surgenet.common.Shard;
import org.surgenet.common.UserException;
import org.surgenet.frames.Frame;
import org.surgenet.frames.FrameLists;
import org.surgenet.frames.FrameRecord;
import org.surgenet.frames.FramesCsv;
import org.surgenet.video.naming.PublishedFrames;
import org.surgenet.video.naming.SurgenetNames;
import org.surgenet.video.naming.VideoInput;
import org.surgenet.video.naming.VideoOrder;
import org.surgenet.video.naming.VideoShard;
import org.surgenet.video.sampling.Sampling;

final class SurgenetExtractionTest {
    /**
     * Frames that the script takes of real videos: the loop of {@code create_SurgeNetXL.py} run
     * with OpenCV 5.0.0 (opencv-python-headless), without the AV1 file, which that build cannot
     * decode.
     */
    private static final String OPENCV =
            """
            PHP-FFMpeg__WrongFile.mp4 0
            Zulko__bitmap.mp4 5
            Zulko__no_duration.webm 6
            dmlc__corrupted.mp4 3
            dmlc__video_0.mov 1
            dmlc__video_90.mov 1
            drewnoakes__100_0306.AVI 3
            fluent-ffmpeg__test_video.flv 1
            google__bear-vp9-odd-dimensions.webm 2
            google__sample_android_slow_motion.mp4 1
            google__sample_fragmented.mp4 2
            google__sample_h265.ts 1
            google__sample_mdat_too_long.mp4 2
            pytorch__h264_10bits.mp4 1
            pytorch__h265_video.mp4 1
            pytorch__nasa_13013.mp4 13
            streamio__broken.mp4 0
            streamio__empty.flv 0
            streamio__weird_aspect.small.mpg 2
            AutoLaparo__Up-1_2.mp4 10
            Moshintha20__VID05_1858_and_VID08_1331_a.mp4 32
            RViMLab__endo.mp4 10
            dataset-ninja__cholecseg8k_vertical_grid.webm 4
            lowlight__video01_080__dark.mp4 5
            lowlight__video01_080__normal.mp4 5
            yiroup20__input_10.avi 25
            yiroup20__input_12.avi 25
            """;

    @TempDir Path folder;

    private ExtractionRequest request(Path in, String output, PublishedFrames list) {
        return TestRequest.of(in, folder.resolve(output))
                .sampling(Sampling.surgenet())
                .published(list)
                .build();
    }

    private List<VideoOutcome> run(String output, PublishedFrames list, String order)
            throws IOException {
        return new SurgenetExtraction(
                        request(folder.resolve("in"), output, list),
                        VideoOrder.parse(order),
                        Progress.NONE,
                        Cancellation.NEVER)
                .run();
    }

    private void video(String name, int frames, String fps) throws IOException {
        TestVideos.write(
                folder.resolve("in").resolve(name),
                frames,
                TestVideos.settings("matroska", "mpeg4", fps, 12, 1));
    }

    private List<String> names(String output) throws IOException {
        try (Stream<Path> files = Files.walk(folder.resolve(output))) {
            return files.filter(FrameLists::isImage)
                    .map(file -> folder.resolve(output).relativize(file).toString())
                    .sorted()
                    .toList();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "video.mp4,video",
        "video#.mp4.mweb,video?",
        "a.b c.d.mkv,a",
        "..hidden.mp4,..hidden",
        "v...mp4,v",
        "plain,plain",
    })
    void videosAreCalledAsTheScriptCallsThem(String file, String name) {
        // Expected values: the script's normalize_video_name in Python 3.11.
        assertThat(SurgenetNames.video(Path.of(file))).isEqualTo(name);
    }

    @Test
    void batchesHoldTenThousand() {
        assertThat(SurgenetNames.path("v", 3, 9_999)).isEqualTo("Batch0/v_frame_3_Sample9999.jpg");
        assertThat(SurgenetNames.path("v?/..", 4, 10_000))
                .isEqualTo("Batch1/v_____frame_4_Sample10000.jpg");
    }

    @Test
    void takesAsManyFramesOfRealVideosAsTheScript() throws IOException {
        Optional<Path> media = SharedFiles.media();
        assumeTrue(media.isPresent(), "no real media");
        Map<String, Long> taken = new HashMap<>();
        for (String name : List.of("video_codecs", "video_surgical")) {
            for (VideoOutcome outcome :
                    new SurgenetExtraction(
                                    request(media.get().resolve(name), name, null),
                                    VideoOrder.parse("name"),
                                    Progress.NONE,
                                    Cancellation.NEVER)
                            .run()) {
                taken.put(outcome.input().file().getFileName().toString(), outcome.taken());
            }
        }

        for (String line : OPENCV.lines().toList()) {
            String[] fields = line.split(" ");
            assertThat(taken.get(fields[0])).as(fields[0]).isEqualTo(Long.parseLong(fields[1]));
        }
    }

    @Test
    void aProcedureWhoseFramesAreMissingIsNotComplete() throws IOException {
        video("chole/a.mkv", 21, "10");
        video("chole/b.mkv", 21, "10");
        run("out", null, "name");
        List<String> names = names("out");
        Path frame = folder.resolve("out/chole/Batch0/b_frame_1_Sample4.jpg");
        byte[] before = Files.readAllBytes(frame);
        Files.delete(frame);

        assertThat(run("out", null, "name"))
                .extracting(VideoOutcome::state)
                .containsOnly(VideoOutcome.State.COMPLETE);

        assertThat(frame).hasBinaryContent(before);
        assertThat(names("out")).isEqualTo(names);
        assertThat(run("out", null, "name"))
                .extracting(VideoOutcome::state)
                .containsOnly(VideoOutcome.State.ALREADY_COMPLETE);
    }

    @Test
    void framesAreCountedThroughAProcedureInTheGivenOrder() throws IOException {
        // 29.97 makes 29: frames 0, 29 and 58 of 60.
        video("chole/a#1.x.mkv", 60, "30000/1001");
        video("chole/b.mkv", 21, "10");
        video("hyst/c.mkv", 10, "10");
        Files.writeString(folder.resolve("in/chole/ab.mkv"), "no video");
        Path order =
                Files.writeString(
                        folder.resolve("order.txt"),
                        "thumbs.db\nx/chole/b.mkv\nx/chole/ab.mkv\nx/hyst/c.mkv\n"
                                + "x/chole/a#1.x.mkv\n");

        List<VideoOutcome> outcomes = run("byname", null, "name");
        run("listed", null, order.toString());

        assertThat(names("byname"))
                .containsExactly(
                        "chole/Batch0/a_1_frame_0_Sample0.jpg",
                        "chole/Batch0/a_1_frame_1_Sample1.jpg",
                        "chole/Batch0/a_1_frame_2_Sample2.jpg",
                        "chole/Batch0/b_frame_0_Sample3.jpg",
                        "chole/Batch0/b_frame_1_Sample4.jpg",
                        "chole/Batch0/b_frame_2_Sample5.jpg",
                        "hyst/Batch0/c_frame_0_Sample0.jpg");
        assertThat(names("listed"))
                .containsExactly(
                        "chole/Batch0/a_1_frame_0_Sample3.jpg",
                        "chole/Batch0/a_1_frame_1_Sample4.jpg",
                        "chole/Batch0/a_1_frame_2_Sample5.jpg",
                        "chole/Batch0/b_frame_0_Sample0.jpg",
                        "chole/Batch0/b_frame_1_Sample1.jpg",
                        "chole/Batch0/b_frame_2_Sample2.jpg",
                        "hyst/Batch0/c_frame_0_Sample0.jpg");
        assertThat(outcomes).filteredOn(VideoOutcome::failed).hasSize(1);
        assertThat(folder.resolve("byname/failures.csv")).content().contains("ab.mkv");
        List<FrameRecord> records = FramesCsv.read(folder.resolve("byname/chole/frames.csv"));
        assertThat(records.get(0).video()).isEqualTo("a?1");
        assertThat(records).extracting(FrameRecord::frame).containsExactly(0L, 1L, 2L, 0L, 1L, 2L);
        assertThat(FrameLists.read(folder.resolve("byname")))
                .extracting(Frame::video)
                .containsExactly("a?1", "a?1", "a?1", "b", "b", "b", "c");
        assertThat(folder.resolve("byname/.surgenet")).doesNotExist();
        assertThat(run("byname", null, "name"))
                .extracting(VideoOutcome::state)
                .containsOnly(VideoOutcome.State.ALREADY_COMPLETE);
    }

    @Test
    void listKeepsItsFramesAndTellsTheirCounts() throws IOException {
        video("chole/a#.mkv", 50, "10");
        video("chole/b.mkv", 30, "10");
        video("chole/unlisted.mkv", 30, "10");
        Path list =
                Files.writeString(
                        folder.resolve("list.txt"),
                        "b_frame_1_Sample9998.jpg\nb_frame_2_Sample9999.jpg\n"
                                + "b_frame_7_Sample10004.jpg\n"
                                + "a?_frame_0_Sample10000.jpg\na?_frame_4_Sample10004.jpg\n");
        PublishedFrames published = PublishedFrames.read(list);

        run("bylist", published, "list");

        assertThat(names("bylist"))
                .containsExactly(
                        "chole/Batch0/b_frame_1_Sample9998.jpg",
                        "chole/Batch0/b_frame_2_Sample9999.jpg",
                        "chole/Batch1/a__frame_0_Sample10000.jpg",
                        "chole/Batch1/a__frame_4_Sample10004.jpg");
        // By name the counts begin at 0, and no frame has the list's.
        run("byname", published, "name");
        assertThat(names("byname")).isEmpty();
        assertThat(folder.resolve("byname/chole/frames.csv")).exists();
    }

    @Test
    void oneNameOfTwoVideosIsAFailure() throws IOException {
        video("chole/a.mkv", 20, "10");
        PublishedFrames list =
                PublishedFrames.read(
                        Files.writeString(
                                folder.resolve("list.txt"),
                                "a_frame_0_Sample5.jpg\na_frame_0_Sample70.jpg\n"));

        assertThat(run("out", list, "list").get(0).cause()).contains("[5, 70]");
    }

    @Test
    void orderAndListAreChecked() throws IOException {
        video("chole/a.mkv", 10, "10");
        video("chole/b.mkv", 10, "10");
        Path less = Files.writeString(folder.resolve("less.txt"), "a.mkv\n");
        Path more = Files.writeString(folder.resolve("more.txt"), "a.mkv\ngone.mkv\nb.mkv\n");
        Path wrong = Files.writeString(folder.resolve("wrong.txt"), "a_frame_1_Sample1.jpg\na.png");

        assertThatThrownBy(() -> run("out", null, less.toString()))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("does not list b.mkv");
        assertThatThrownBy(() -> run("out", null, more.toString()))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("gone.mkv");
        assertThatThrownBy(() -> PublishedFrames.read(wrong)).hasMessageContaining("wrong.txt:2");
        run("out", null, "name");
        PublishedFrames list =
                PublishedFrames.read(
                        Files.writeString(folder.resolve("l.txt"), "a_frame_0_Sample0.jpg"));
        assertThatThrownBy(() -> run("out", list, "name")).hasMessageContaining("other settings");
    }

    @Test
    void interruptedRunGoesOnToTheSameResult() throws IOException {
        video("chole/a.mkv", 60, "3");
        video("chole/b.mkv", 60, "2");
        run("whole", null, "name");
        int cuts = 0;
        for (int polls = 5; ; polls += 25) {
            AtomicInteger left = new AtomicInteger(polls);
            try {
                new SurgenetExtraction(
                                request(folder.resolve("in"), "cut", null),
                                VideoOrder.parse("name"),
                                Progress.NONE,
                                () -> left.decrementAndGet() < 0)
                        .run();
                break;
            } catch (InterruptedRunException e) {
                cuts++;
            }
        }
        // Cut off in the middle of moving: some frames are at their place, the rest is staged.
        Path moved = folder.resolve("cut/chole/Batch0");
        run("cut", null, "name");

        assertThat(cuts).isGreaterThan(1);
        assertThat(moved).isDirectory();
        assertThat(ExtractionTest.hashes(folder.resolve("cut")))
                .isEqualTo(ExtractionTest.hashes(folder.resolve("whole")));
    }

    @Test
    void shardsKeepProceduresTogether() throws IOException {
        for (String name : List.of("p/a", "p/b", "q/c", "r/d", "r/e")) {
            video(name + ".mkv", 10, "10");
        }
        List<VideoInput> all = request(folder.resolve("in"), "out", null).videos();
        List<VideoInput> together = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            List<VideoInput> part = new VideoShard(new Shard(i, 2)).ofProcedures(all);
            for (VideoInput video : part) {
                assertThat(part)
                        .containsAll(
                                all.stream()
                                        .filter(v -> v.procedure().equals(video.procedure()))
                                        .toList());
            }
            together.addAll(part);
        }
        assertThat(together).containsExactlyInAnyOrderElementsOf(all);
    }
}
