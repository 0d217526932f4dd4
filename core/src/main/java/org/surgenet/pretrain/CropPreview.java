package org.surgenet.pretrain;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.opencv.core.Mat;
import org.surgenet.common.UserException;
import org.surgenet.image.Images;
import org.surgenet.loader.DinoViews;
import org.surgenet.loader.ViewSizes;
import org.surgenet.report.Charts;

/**
 * A picture of what the network will see: frames beside their views, exactly as the first epoch of
 * the run makes them.
 */
public final class CropPreview {
    private static final int ROWS = 6;

    /** Local views shown, so that the picture stays readable. */
    private static final int LOCALS = 8;

    private final PretrainRequest request;

    public CropPreview(PretrainRequest request) {
        this.request = request;
    }

    /**
     * Writes a PNG file with frames spread evenly over the list; unreadable ones are passed over.
     *
     * @return how many frames it shows
     * @throws UserException if none of them can be read or the machine cannot draw
     */
    public int write(Path file) throws IOException {
        DinoViews maker = request.crops().views();
        ViewSizes sizes = maker.sizes();
        ByteBuffer views = ByteBuffer.allocateDirect(sizes.bytes());
        List<Charts.PictureRow> rows = new ArrayList<>();
        int frames = request.frames().size();
        int wanted = Math.min(ROWS, frames);
        UserException last = null;
        for (int i = 0; i < wanted; i++) {
            int index = (int) ((2L * i + 1) * frames / (2L * wanted));
            Path frame = request.frames().get(index);
            try {
                rows.add(row(maker, frame, index, views.clear()));
            } catch (UserException e) {
                last = e;
            }
        }
        if (rows.isEmpty()) {
            throw new UserException(
                    "none of "
                            + wanted
                            + " frames for the preview can be read, the last: "
                            + last.getMessage(),
                    last);
        }
        List<String> columns = new ArrayList<>(List.of("frame"));
        for (int v = 1; v <= sizes.globals(); v++) {
            columns.add("global " + v);
        }
        for (int v = 1; v <= Math.min(LOCALS, sizes.locals()); v++) {
            columns.add("local " + v);
        }
        String title =
                String.format(
                        Locale.ROOT,
                        "Views of epoch 1, seed %d: global %d px of %.2f–%.2f of the frame's area,"
                                + " %d local %d px of %.2f–%.2f",
                        request.running().seed(),
                        sizes.globalSide(),
                        request.crops().globalScale().min(),
                        request.crops().globalScale().max(),
                        sizes.locals(),
                        sizes.localSide(),
                        request.crops().localScale().min(),
                        request.crops().localScale().max());
        Charts.pictures(title, columns, sizes.globalSide(), rows).write(file);
        return rows.size();
    }

    private Charts.PictureRow row(DinoViews maker, Path frame, int index, ByteBuffer views) {
        ViewSizes sizes = maker.sizes();
        List<BufferedImage> pictures = new ArrayList<>();
        Mat original = Images.read(frame);
        try {
            pictures.add(Images.toBufferedImage(original));
        } finally {
            original.release();
        }
        maker.make(frame, request.running().seed(), 0, index, views);
        views.flip();
        int shown = sizes.globals() + Math.min(LOCALS, sizes.locals());
        for (int v = 0; v < shown; v++) {
            pictures.add(
                    picture(views, v < sizes.globals() ? sizes.globalSide() : sizes.localSide()));
        }
        return new Charts.PictureRow(frame.getFileName().toString(), pictures);
    }

    /** The next view of planes (3, side, side) as a picture. */
    private static BufferedImage picture(ByteBuffer views, int side) {
        BufferedImage picture = new BufferedImage(side, side, BufferedImage.TYPE_INT_RGB);
        int start = views.position();
        int plane = side * side;
        for (int i = 0; i < plane; i++) {
            int rgb = 0;
            for (int c = 0; c < 3; c++) {
                rgb = rgb << 8 | views.get(start + c * plane + i) & 0xFF;
            }
            picture.setRGB(i % side, i / side, rgb);
        }
        views.position(start + 3 * plane);
        return picture;
    }
}
