package org.surgenet.task.seg;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.opencv.core.Mat;
import org.surgenet.common.Informing;
import org.surgenet.frames.Frame;
import org.surgenet.image.ImageHeader;
import org.surgenet.image.Images;
import org.surgenet.task.FileNames;
import org.surgenet.task.PredictionSheet;

/** A mask of the frame's own size, and the fraction of its pixels that each class has. */
final class MaskSheet implements PredictionSheet<LabelMap> {
    private static final String MASKS = "masks/";
    private static final String OVERLAYS = "overlays/";

    private final Request request;
    private final Informing drawing = new Informing("overlays");

    MaskSheet(Request request) {
        this.request = request;
    }

    @Override
    public List<String> columns() {
        List<String> columns = new ArrayList<>(List.of("mask"));
        request.classes().forEach(name -> columns.add("share_" + name));
        return columns;
    }

    @Override
    public List<String> write(int index, Frame frame, LabelMap output) throws IOException {
        List<String> cells = new ArrayList<>();
        cells.add(writeMask(index, frame.path(), output.labels()));
        long[] counts = new long[request.classes().size()];
        for (byte label : output.labels()) {
            counts[label & 0xFF]++;
        }
        for (long count : counts) {
            cells.add(String.format(Locale.ROOT, "%.6f", (double) count / output.labels().length));
        }
        return cells;
    }

    private String writeMask(int index, Path image, byte[] labels) throws IOException {
        ImageHeader header = ImageHeader.read(image);
        byte[] large = Overlays.enlarge(labels, request.size(), header.width(), header.height());
        String name = name(index, image);
        Mat mask = Images.ofGreyBytes(large, header.width(), header.height());
        try {
            Images.writePng(request.output().resolve(MASKS + name), mask);
        } finally {
            mask.release();
        }
        if (request.drawn().test(index)) {
            drawing.run(
                    () ->
                            Overlays.draw(
                                            image.getFileName().toString(),
                                            image,
                                            request.classes(),
                                            new byte[0],
                                            large)
                                    .write(request.output().resolve(OVERLAYS + name)));
        }
        return MASKS + name;
    }

    @Override
    public List<String> files(int index, Frame frame) {
        String name = name(index, frame.path());
        return request.drawn().test(index)
                ? List.of(MASKS + name, OVERLAYS + name)
                : List.of(MASKS + name);
    }

    /** With the index, since frames of different folders may share their names. */
    private static String name(int index, Path image) {
        return String.format(
                Locale.ROOT, "%06d_%s.png", index, FileNames.plain(image.getFileName().toString()));
    }
}
