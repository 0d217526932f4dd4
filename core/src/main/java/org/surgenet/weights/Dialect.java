package org.surgenet.weights;

import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Whose key names a file uses. The names inside this project are SurgeNet's, which are those of the
 * networks' original code; timm's are mapped onto them and back. DINO's vision transformers have
 * the same names in both.
 */
public enum Dialect {
    SURGENET("SurgeNet / original", List.of()),

    TIMM_CAFORMER(
            "timm",
            List.of(
                    rule("stem.conv.*", "downsample_layers.0.conv.*"),
                    rule("stem.norm.*", "downsample_layers.0.post_norm.*"),
                    rule("stages.#.downsample.norm.*", "downsample_layers.#.pre_norm.*"),
                    rule("stages.#.downsample.conv.*", "downsample_layers.#.conv.*"),
                    rule("stages.#.blocks.*", "stages.#.*"),
                    rule("head.norm.*", "norm.*"),
                    rule("head.fc.*", "head.*"))),

    TIMM_CONVNEXTV2(
            "timm",
            List.of(
                    rule("stem.*", "downsample_layers.0.*"),
                    rule("stages.#.downsample.*", "downsample_layers.#.*"),
                    rule("stages.#.blocks.#.conv_dw.*", "stages.#.#.dwconv.*"),
                    rule("stages.#.blocks.#.norm.*", "stages.#.#.norm.*"),
                    rule("stages.#.blocks.#.mlp.fc1.*", "stages.#.#.pwconv1.*"),
                    rule("stages.#.blocks.#.mlp.fc2.*", "stages.#.#.pwconv2.*"),
                    rule("stages.#.blocks.#.mlp.grn.weight", "stages.#.#.grn.gamma"),
                    rule("stages.#.blocks.#.mlp.grn.bias", "stages.#.#.grn.beta"),
                    rule("head.norm.*", "norm.*"),
                    rule("head.fc.*", "head.*"))),

    TIMM_PVTV2(
            "timm",
            List.of(
                    rule("patch_embed.*", "patch_embed1.*"),
                    // timm counts stages from 0, the original from 1.
                    rule("stages.#.downsample.*", "patch_embed+.*"),
                    rule("stages.#.blocks.#.mlp.dwconv.*", "block+.#.mlp.dwconv.dwconv.*"),
                    rule("stages.#.blocks.*", "block+.*"),
                    rule("stages.#.norm.*", "norm+.*"),
                    rule("head.*", "head.*")));

    private static final Pattern CONVOLUTIONAL =
            Pattern.compile("stages\\.[01]\\.blocks\\..*\\.(pwconv[12]|fc[12])\\.weight");

    private final String text;
    private final List<Rule> rules;

    Dialect(String text, List<Rule> rules) {
        this.text = text;
        this.rules = rules;
    }

    /** The SurgeNet name of a name in this dialect; the name itself where no rule fits. */
    public String toSurgenet(String name) {
        for (Rule rule : rules) {
            String renamed = rule.forward(name);
            if (renamed != null) {
                return renamed;
            }
        }
        return name;
    }

    /**
     * The SurgeNet name of one of this dialect's names, else null: a file in SurgeNet's names has
     * some that look like timm's, such as {@code head.norm.weight}, but then others that do not.
     */
    String ours(String name) {
        String renamed = toSurgenet(name);
        return fromSurgenet(renamed).equals(name) ? renamed : null;
    }

    /** The inverse of {@link #toSurgenet}. */
    public String fromSurgenet(String name) {
        for (Rule rule : rules) {
            String renamed = rule.backward(name);
            if (renamed != null) {
                return renamed;
            }
        }
        return name;
    }

    /**
     * timm's dialect of a backbone.
     *
     * @param backbone the {@code --backbone} name
     */
    static Dialect timmOf(String backbone) {
        if (backbone.startsWith("caformer")) {
            return TIMM_CAFORMER;
        }
        if (backbone.startsWith("convnextv2")) {
            return TIMM_CONVNEXTV2;
        }
        return backbone.startsWith("pvt") ? TIMM_PVTV2 : SURGENET;
    }

    /**
     * The shape that a tensor of SurgeNet's has in this dialect: timm's CAFormer has 1×1
     * convolutions for linear layers in the two stages without attention, and the response norm's
     * parameters have one dimension.
     *
     * @param name in this dialect
     */
    long[] theirShape(String name, long[] shape) {
        if (this == TIMM_CAFORMER && CONVOLUTIONAL.matcher(name).matches()) {
            return new long[] {shape[0], shape[1], 1, 1};
        }
        if (this == TIMM_CONVNEXTV2 && name.contains(".grn.")) {
            return new long[] {shape[shape.length - 1]};
        }
        return shape;
    }

    /** How people call it. */
    @Override
    public String toString() {
        return text;
    }

    /**
     * A pair of patterns: '#' is a number, a '*' at the end anything, and '+' in the second the
     * first's number plus one.
     */
    private static Rule rule(String theirs, String ours) {
        return new Rule(theirs, ours, pattern(theirs), pattern(ours));
    }

    private static Pattern pattern(String text) {
        return Pattern.compile(
                text.replace(".", "\\.")
                        .replace("+", "(\\d{1,6})")
                        .replace("#", "(\\d{1,6})")
                        .replace("*", "(.+)"));
    }

    private record Rule(String theirs, String ours, Pattern theirPattern, Pattern ourPattern) {
        String forward(String name) {
            return rename(name, theirPattern, theirs, ours);
        }

        String backward(String name) {
            return rename(name, ourPattern, ours, theirs);
        }

        /** What stands before the first wildcard. */
        private static String literal(String pattern) {
            int end = 0;
            while (end < pattern.length() && "#*+".indexOf(pattern.charAt(end)) < 0) {
                end++;
            }
            return pattern.substring(0, end);
        }

        private static String rename(String name, Pattern from, String source, String target) {
            // Most names differ at once, and a pattern takes far longer to say so.
            if (!name.startsWith(literal(source))) {
                return null;
            }
            var matcher = from.matcher(name);
            if (!matcher.matches()) {
                return null;
            }
            StringBuilder renamed = new StringBuilder();
            int group = 0;
            int plus = source.indexOf('+') >= 0 ? -1 : 1;
            boolean shifts = source.indexOf('+') >= 0 || target.indexOf('+') >= 0;
            for (char c : target.toCharArray()) {
                if (c == '#' || c == '*' || c == '+') {
                    String value = matcher.group(++group);
                    // Only the first number, that of the stage, is shifted.
                    renamed.append(
                            shifts && group == 1 && c != '*'
                                    ? String.format(
                                            Locale.ROOT, "%d", Integer.parseInt(value) + plus)
                                    : value);
                } else {
                    renamed.append(c);
                }
            }
            return renamed.toString();
        }
    }
}
