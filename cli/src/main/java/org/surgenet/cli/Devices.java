package org.surgenet.cli;

import ai.djl.Device;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.surgenet.common.UserException;
import org.surgenet.engine.EngineInfo;
import org.surgenet.train.distributed.Communicator;

/** Turns {@code --device} into the engine's device; kept apart so that parsing loads no engine. */
final class Devices {
    private static final Pattern GPU = Pattern.compile("gpu(\\d{0,3})");

    private Devices() {}

    /**
     * The device that the option names; loads the engine.
     *
     * @throws UserException if the word is none of the option's, or the engine sees no such GPU
     */
    static Device resolve(DeviceOption option) {
        EngineSetup.load();
        String word = option.device.toLowerCase(Locale.ROOT);
        if (word.equals("cpu")) {
            return Device.cpu();
        }
        int gpus = EngineInfo.gpus();
        if (word.equals("auto")) {
            return gpus > 0 ? Device.gpu(Communicator.localRank() % gpus) : Device.cpu();
        }
        Matcher matcher = GPU.matcher(word);
        if (!matcher.matches()) {
            throw new UserException(
                    "--device '" + option.device + "': must be auto, cpu, gpu, gpu1 and so on");
        }
        int index = matcher.group(1).isEmpty() ? 0 : Integer.parseInt(matcher.group(1));
        if (index >= gpus) {
            throw new UserException(
                    "--device "
                            + option.device
                            + ": the engine sees "
                            + (gpus == 0 ? "no GPU" : gpus + " GPU(s)")
                            + "; name a CUDA build of libtorch in PYTORCH_LIBRARY_PATH or run"
                            + " 'surgenet doctor --fetch-engine' once, online");
        }
        return Device.gpu(index);
    }
}
