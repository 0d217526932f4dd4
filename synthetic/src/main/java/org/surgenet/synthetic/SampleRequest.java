package org.surgenet.synthetic;

import java.nio.file.Path;
import org.surgenet.common.SettingException;
import org.surgenet.common.UserException;

/**
 * What sample to make.
 *
 * @param directory where it goes
 * @param patients number of videos, each of its own patient, 3 .. 99
 * @param seconds length of each video, at least 6
 * @param width pixels, even, 64 .. 1920
 * @param height pixels, even, 64 .. 1080
 * @param seed of all randomness
 * @param overwrite whether to replace a sample that is there
 * @param workers videos rendered at a time; no influence on the result
 */
public record SampleRequest(
        Path directory,
        int patients,
        double seconds,
        int width,
        int height,
        long seed,
        boolean overwrite,
        int workers) {

    /**
     * @throws UserException if a number is out of its range
     */
    public SampleRequest {
        if (patients < 3 || patients > 99) {
            throw new SettingException(
                    "patients",
                    patients,
                    "must be 3 to 99, so that training, validation and test each have one");
        }
        if (!(seconds >= 6 && seconds <= 3600)) {
            throw new SettingException(
                    "seconds", seconds, "must be 6 to 3600, so that every phase is seen");
        }
        if (width < 64 || width > 1920 || height < 64 || height > 1080) {
            throw new SettingException("size", width + "x" + height, "must be 64x64 to 1920x1080");
        }
        if (width % 2 != 0 || height % 2 != 0) {
            throw new SettingException("size", width + "x" + height, "H.264 needs even sides");
        }
    }

    /** Which part of the sample a patient belongs to: about 3/7 train, 1/7 validation, 3/7 test. */
    String split(int number) {
        int test = Math.max(1, (int) Math.round(patients * 3.0 / 7.0));
        int validation = Math.max(1, (int) Math.round(patients / 7.0));
        int train = patients - test - validation;
        return number <= train ? "train" : number <= train + validation ? "val" : "test";
    }
}
