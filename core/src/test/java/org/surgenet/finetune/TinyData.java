package org.surgenet.finetune;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.opencv.core.Core;
import org.opencv.core.CvType;
import org.opencv.core.Mat;
import org.opencv.core.Rect;
import org.opencv.core.Scalar;
import org.surgenet.common.CounterRandom;
import org.surgenet.dataset.Dataset;
import org.surgenet.dataset.Split;
import org.surgenet.dataset.SplitName;
import org.surgenet.image.Images;
import org.surgenet.image.OpenCv;
import org.surgenet.task.LabelledData;
import org.surgenet.task.cvs.CvsSample;
import org.surgenet.task.phase.PhaseSample;
import org.surgenet.task.seg.SegmentationSample;

/**
 * Eight pictures of coloured boxes on noise, as the data of each task. The patients train, val and
 * test have the same pictures: whoever fits the first fits them all.
 */
final class TinyData {
    static final int IMAGES = 8;
    private static final int SIDE = 64;
    private static final Scalar[] COLOURS = {
        new Scalar(220, 40, 40), new Scalar(40, 200, 60), new Scalar(50, 70, 230)
    };

    private final Path root;

    /** Draws the pictures into a folder. */
    TinyData(Path root) throws IOException {
        this.root = root;
        OpenCv.load();
        Core.setRNGSeed(7);
        CounterRandom random = CounterRandom.of(11);
        for (int i = 0; i < IMAGES; i++) {
            Mat picture = new Mat(SIDE, SIDE, CvType.CV_8UC3);
            Core.randu(picture, 60, 140);
            Mat mask = Mat.zeros(SIDE, SIDE, CvType.CV_8UC1);
            for (int box = 0; box < 2; box++) {
                int colour = (i + box) % 3;
                Rect place =
                        new Rect(
                                box * SIDE / 2 + random.nextInt(6),
                                random.nextInt(SIDE / 2),
                                20 + random.nextInt(5),
                                24 + random.nextInt(8));
                picture.submat(place).setTo(COLOURS[colour]);
                mask.submat(place).setTo(new Scalar(colour + 1));
            }
            for (SplitName part : SplitName.values()) {
                String name = String.format(Locale.ROOT, "%s_%02d.png", part.label(), i);
                Images.writePng(root.resolve("images").resolve(name), picture);
                Images.writePng(root.resolve("masks").resolve(name), mask);
            }
            picture.release();
            mask.release();
        }
        Files.writeString(
                root.resolve("classes.csv"), "value,name\n0,background\n1,red\n2,green\n3,blue\n");
    }

    Dataset<SegmentationSample> segmentation() {
        return LabelledData.segmentation("folders", root, null);
    }

    Dataset<PhaseSample> phases() {
        List<PhaseSample> samples = new ArrayList<>();
        for (SegmentationSample s : segmentation().samples()) {
            int i = index(s);
            samples.add(new PhaseSample(s.name(), s.image(), s.patient(), s.patient(), i, i % 3));
        }
        return dataset("tiny-phase", List.of("first", "second", "third"), samples);
    }

    Dataset<CvsSample> cvs() {
        double third = 1.0 / 3;
        List<CvsSample> samples = new ArrayList<>();
        for (SegmentationSample s : segmentation().samples()) {
            int i = index(s);
            // Soft votes on both sides of the majority; the colours tell them.
            List<Double> votes =
                    List.of(
                            i % 3 == 0 ? 1.0 : third,
                            i % 3 == 1 ? 2 * third : 0.0,
                            i % 3 == 2 ? third : 1.0);
            samples.add(new CvsSample(s.name(), s.image(), s.patient(), s.patient(), i, votes));
        }
        return dataset("tiny-cvs", List.of("C1", "C2", "C3"), samples);
    }

    private static int index(SegmentationSample sample) {
        String name = sample.name();
        return Integer.parseInt(name.substring(name.length() - 6, name.length() - 4));
    }

    private static <S extends org.surgenet.dataset.Sample> Dataset<S> dataset(
            String name, List<String> classes, List<S> samples) {
        return new Dataset<>(name, name, classes, samples, Map.of(), "", List.of());
    }

    /** The split that the patients' names say. */
    Split split() throws IOException {
        Path file = root.resolve("split.csv");
        Files.writeString(file, "patient,split\ntrain,train\nval,val\ntest,test\n");
        return Split.read(file, List.of("train", "val", "test"));
    }
}
