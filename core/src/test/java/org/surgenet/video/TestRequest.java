package org.surgenet.video;

import java.nio.file.Path;
import java.util.List;
import org.surgenet.common.OtherFiles;
import org.surgenet.video.naming.VideoInput;
import org.surgenet.video.naming.VideoInputs;
import org.surgenet.video.picture.ImageFormat;
import org.surgenet.video.picture.PictureRequest;
import org.surgenet.video.picture.PictureSize;

/** What tests extract unless they say otherwise: a small JPEG of each second, with two decoders. */
public final class TestRequest {
    private TestRequest() {}

    public static ExtractionRequest.Builder of(Path input, Path output) {
        return of(VideoInputs.find(List.of(input.toString()), new OtherFiles()), output);
    }

    public static ExtractionRequest.Builder of(List<VideoInput> videos, Path output) {
        return ExtractionRequest.builder(videos, output)
                .picture(picture("short:48", ImageFormat.JPG, 90))
                .jobs(2);
    }

    /** Pictures without crop, upscaling or change of fields and colours. */
    public static PictureRequest picture(String size, ImageFormat format, int quality) {
        return PictureRequest.builder()
                .size(PictureSize.parse(size))
                .format(format)
                .quality(quality)
                .build();
    }
}
