package org.surgenet.video.ffmpeg;

import static org.bytedeco.ffmpeg.global.avcodec.*;
import static org.bytedeco.ffmpeg.global.avutil.*;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.bytedeco.ffmpeg.avcodec.AVCodec;
import org.bytedeco.ffmpeg.avcodec.AVCodecHWConfig;
import org.bytedeco.ffmpeg.avutil.AVBufferRef;
import org.bytedeco.ffmpeg.avutil.AVDictionary;
import org.surgenet.common.SettingException;

/**
 * The device that decodes, as FFmpeg's {@code -hwaccel} has it. FFmpeg's own choice of the pixel
 * format takes the device of a decoder where it fits, so that no callback is needed. Thread-safe.
 */
public final class Hardware implements AutoCloseable {
    /** Takes whatever device there is, and software where there is none. */
    public static final String AUTO = "auto";

    private final String name;
    private final Map<Integer, AVBufferRef> devices = new TreeMap<>();
    private final Map<Integer, String> failures = new TreeMap<>();
    private final Set<String> unable = new TreeSet<>();

    private Hardware(String name) {
        this.name = name;
    }

    /** The names that this build of FFmpeg knows, in its order, after {@link #AUTO}. */
    public static List<String> names() {
        Ffmpeg.load();
        List<String> names = new ArrayList<>(List.of(AUTO));
        for (int type = av_hwdevice_iterate_types(AV_HWDEVICE_TYPE_NONE);
                type != AV_HWDEVICE_TYPE_NONE;
                type = av_hwdevice_iterate_types(type)) {
            names.add(av_hwdevice_get_type_name(type).getString());
        }
        return names;
    }

    /**
     * Opens a device.
     *
     * @param name one of {@link #names}; null for software
     * @throws SettingException if it cannot be opened; never for {@link #AUTO}
     */
    public static Hardware open(String name) {
        Hardware hardware = new Hardware(name);
        if (name != null && !name.equals(AUTO)) {
            Ffmpeg.load();
            int type = av_hwdevice_find_type_by_name(name);
            if (hardware.device(type) == null) {
                throw new SettingException(
                        "hwaccel",
                        name,
                        "the device cannot be opened here: "
                                + hardware.failures.get(type)
                                + "; leave it out to decode in software");
            }
        }
        return hardware;
    }

    /** What was asked for; null for software. */
    public String name() {
        return name;
    }

    /** The device for a codec, which stays this object's own; null where software decodes. */
    public synchronized AVBufferRef device(AVCodec codec) {
        if (name == null || codec == null) {
            return null;
        }
        for (int i = 0; ; i++) {
            AVCodecHWConfig config = avcodec_get_hw_config(codec, i);
            if (config == null) {
                return null;
            }
            int type = config.device_type();
            boolean fits = (config.methods() & AV_CODEC_HW_CONFIG_METHOD_HW_DEVICE_CTX) != 0;
            if (fits && (name.equals(AUTO) || type == av_hwdevice_find_type_by_name(name))) {
                AVBufferRef device = device(type);
                if (device != null) {
                    return device;
                }
            }
        }
    }

    /** Notes that a device was opened and did not decode a stream of this codec. */
    public synchronized void noteUnable(String codec) {
        unable.add(codec);
    }

    /** Why software decodes, in a few words. */
    public synchronized String why() {
        if (failures.isEmpty() && unable.isEmpty()) {
            return "no device for this codec";
        }
        List<String> all = new ArrayList<>();
        unable.forEach(codec -> all.add("a device was opened, but does not decode " + codec));
        failures.forEach(
                (type, cause) ->
                        all.add(av_hwdevice_get_type_name(type).getString() + ": " + cause));
        return String.join(", ", all);
    }

    /** Tried once each. */
    private AVBufferRef device(int type) {
        if (!devices.containsKey(type) && !failures.containsKey(type)) {
            AVBufferRef device = new AVBufferRef(null);
            int code = av_hwdevice_ctx_create(device, type, (String) null, (AVDictionary) null, 0);
            if (code < 0) {
                failures.put(type, Ffmpeg.message(code));
            } else {
                devices.put(type, device);
            }
        }
        return devices.get(type);
    }

    /** Decoders that still run keep the device through references of their own. */
    @Override
    public synchronized void close() {
        devices.values().forEach(device -> av_buffer_unref(device));
        devices.clear();
    }
}
