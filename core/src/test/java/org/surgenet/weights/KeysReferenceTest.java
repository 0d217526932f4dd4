package org.surgenet.weights;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.surgenet.SharedFiles;
import org.surgenet.nn.Classifier;
import org.surgenet.nn.Module;
import org.surgenet.nn.fpn.FpnDecoder;
import org.surgenet.nn.zoo.Backbones;

/** Keys and shapes in both dialects (reference/keys), 1000 classes. */
class KeysReferenceTest {
    private static final Pattern LINE = Pattern.compile("(\\S+)\\s+\\(([\\d, ]*)\\)");

    /** "[64, 3, 7, 7]" by key. */
    private static Map<String, String> keys(String name) {
        Map<String, String> keys = new LinkedHashMap<>();
        String text =
                new String(SharedFiles.reference("keys/" + name + ".txt"), StandardCharsets.UTF_8);
        for (String line : text.lines().filter(line -> !line.isBlank()).toList()) {
            Matcher matcher = LINE.matcher(line.strip());
            assertThat(matcher.matches()).as(line).isTrue();
            keys.put(matcher.group(1), "[" + matcher.group(2).replaceAll(",\\s*$", "") + "]");
        }
        return keys;
    }

    private static Map<String, String> keys(Module network) {
        Map<String, String> keys = new LinkedHashMap<>();
        network.parameters()
                .forEach(
                        (key, parameter) ->
                                keys.put(key, Arrays.toString(parameter.shape().getShape())));
        return keys;
    }

    @ParameterizedTest
    @CsvSource({
        "caformer_s18, keys_surgenet_caformer",
        "convnextv2_tiny, keys_surgenet_convnextv2",
        "pvt_v2_b2, keys_surgenet_pvtv2",
    })
    void surgenetKeys(String id, String reference) {
        assertThat(keys(new Classifier(Backbones.create(id), 1000))).isEqualTo(keys(reference));
    }

    @ParameterizedTest
    @CsvSource({
        "caformer_s18_star, keys_timm_caformer_s18",
        "convnextv2_tiny, keys_timm_convnextv2_tiny",
        "pvt_v2_b2, keys_timm_pvt_v2_b2",
    })
    void timmKeys(String id, String reference) {
        Dialect timm = Dialect.timmOf(id);
        Map<String, String> renamed = new LinkedHashMap<>();
        new Classifier(Backbones.create(id), 1000)
                .parameters()
                .forEach(
                        (key, parameter) -> {
                            String name = timm.fromSurgenet(key).get(0).name();
                            assertThat(timm.toSurgenet(name).name()).isEqualTo(key);
                            renamed.put(
                                    name,
                                    Arrays.toString(
                                            timm.theirShape(name, parameter.shape().getShape())));
                        });

        assertThat(renamed).isEqualTo(keys(reference));
    }

    @Test
    void decoderKeys() {
        FpnDecoder decoder = new FpnDecoder(new int[] {64, 128, 320, 512}, 13);

        assertThat(keys(decoder)).isEqualTo(keys("keys_surgenet_fpn"));
        assertThat(decoder.parameterCount()).isEqualTo(1_946_893);
    }
}
