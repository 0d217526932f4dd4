package org.surgenet.nn.zoo;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.surgenet.common.UserException;
import org.surgenet.nn.Backbone;
import org.surgenet.nn.caformer.Caformer;
import org.surgenet.nn.convnextv2.ConvNextV2;
import org.surgenet.nn.pvtv2.PvtV2;
import org.surgenet.nn.vit.Vit;

/** The backbones by their names. */
public final class Backbones {
    /** A toy for tests, whose scores mean nothing. */
    public static final String TOY = "caformer_test";

    private static final Map<String, Supplier<Backbone>> KNOWN = new LinkedHashMap<>();

    static {
        KNOWN.put("caformer_s18", Caformer::s18);
        KNOWN.put("caformer_s18_star", Caformer::s18Star);
        KNOWN.put("convnextv2_tiny", ConvNextV2::tiny);
        KNOWN.put("pvt_v2_b2", PvtV2::b2);
        KNOWN.put("vit_small_16", Vit::small);
        KNOWN.put("vit_base_16", Vit::base);
        KNOWN.put(TOY, Caformer::test);
    }

    private Backbones() {}

    /** All names, the default first. */
    public static List<String> ids() {
        return List.copyOf(KNOWN.keySet());
    }

    /**
     * A new network, neither initialised nor loaded.
     *
     * @throws UserException if there is no such backbone
     */
    public static Backbone create(String id) {
        Supplier<Backbone> maker = KNOWN.get(id);
        if (maker == null) {
            throw new UserException(
                    "no backbone '" + id + "'; known are " + String.join(", ", KNOWN.keySet()));
        }
        return maker.get();
    }
}
