package org.surgenet.nn;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.surgenet.common.UserException;
import org.surgenet.nn.caformer.Caformer;

/** The backbones by the names that {@code --backbone} takes. */
public final class Backbones {
    private static final Map<String, Supplier<Backbone>> KNOWN = new LinkedHashMap<>();

    static {
        KNOWN.put("caformer_s18", Caformer::s18);
        KNOWN.put("caformer_s18_star", Caformer::s18Star);
        KNOWN.put("caformer_test", Caformer::test);
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
