package org.surgenet.video.decode;

import java.io.IOException;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.surgenet.video.container.VideoFile;
import org.surgenet.video.picture.Crop;
import org.surgenet.video.picture.FrameSink;
import org.surgenet.video.picture.Orientation;
import org.surgenet.video.picture.PictureEncoder;
import org.surgenet.video.picture.PictureMaker;
import org.surgenet.video.picture.PictureRequest;
import org.surgenet.video.picture.ReducedPicture;

/** All that one thread needs to turn a video's packets into stored frames. */
final class DecodeWorker implements AutoCloseable {
    final Decoder decoder;
    private final VideoFile file;
    private final Orientation orientation;
    private final PictureMaker maker;
    private final PictureEncoder encoder;
    private final ReducedPicture reduced = new ReducedPicture(FrameSink.LONGEST, false);

    DecodeWorker(VideoFile file, PictureRequest request, Crop crop) throws IOException {
        this.file = file;
        this.orientation = Orientation.of(file.displayMatrix());
        this.decoder = new Decoder(file);
        this.maker = new PictureMaker(request, crop);
        this.encoder = new PictureEncoder(request);
    }

    void store(AVFrame frame, long number, long ticks, FrameSink store) throws IOException {
        if (store.compares()) {
            store.look(number, reduced.of(frame));
        }
        AVFrame picture = maker.make(frame, file.pixelAspect(frame), orientation);
        store.put(
                number,
                ticks,
                file.seconds(ticks),
                encoder.encode(picture),
                picture.width(),
                picture.height());
    }

    @Override
    public void close() {
        decoder.close();
        maker.close();
        encoder.close();
        reduced.close();
    }
}
