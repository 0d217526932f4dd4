package org.surgenet.weights;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Whose key names a file uses. The names inside this project are SurgeNet's, which are those of the
 * networks' original code; timm's and those of Hugging Face's transformers are mapped onto them and
 * back. DINO's vision transformers have the same names in SurgeNet's, DINO's and timm's code.
 *
 * <p>A layer that computes query, key and value at once is three in transformers: there a tensor of
 * ours is several, each a part of it along the first dimension.
 */
enum Dialect {
    SURGENET("SurgeNet / original", "", List.of()),

    TIMM_CAFORMER(
            "timm",
            "",
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
            "",
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
            "",
            List.of(
                    rule("patch_embed.*", "patch_embed1.*"),
                    // timm counts stages from 0, the original from 1.
                    rule("stages.#.downsample.*", "patch_embed+.*"),
                    rule("stages.#.blocks.#.mlp.dwconv.*", "block+.#.mlp.dwconv.dwconv.*"),
                    rule("stages.#.blocks.*", "block+.*"),
                    rule("stages.#.norm.*", "norm+.*"),
                    rule("head.*", "head.*"))),

    /** {@code ConvNextV2ForImageClassification}. */
    HF_CONVNEXTV2(Names.TRANSFORMERS, "convnextv2.", hfConvNextV2()),
    /** {@code ConvNextV2Model}. */
    HF_CONVNEXTV2_MODEL(Names.TRANSFORMERS, "", hfConvNextV2()),

    /** {@code PvtV2ForImageClassification}. */
    HF_PVTV2(Names.TRANSFORMERS, "pvt_v2.", hfPvtV2()),
    /** {@code PvtV2Model}. */
    HF_PVTV2_MODEL(Names.TRANSFORMERS, "", hfPvtV2()),

    /** {@code ViTForImageClassification}, as all published files have it. */
    HF_VIT(Names.TRANSFORMERS, "vit.", hfVit()),
    /** {@code ViTModel}. */
    HF_VIT_MODEL(Names.TRANSFORMERS, "", hfVit()),
    /** The state dictionary of version 5's {@code ViTForImageClassification}. */
    HF5_VIT(Names.TRANSFORMERS_5, "vit.", hf5Vit()),
    /** The state dictionary of version 5's {@code ViTModel}. */
    HF5_VIT_MODEL(Names.TRANSFORMERS_5, "", hf5Vit());

    /** How people call the dialects that have several forms. */
    private static final class Names {
        static final String TRANSFORMERS = "Hugging Face transformers";
        static final String TRANSFORMERS_5 = TRANSFORMERS + " 5, state dict";
    }

    /**
     * A tensor in another dialect.
     *
     * @param name SurgeNet's if the dialect's was asked for, and the other way round
     * @param index which part of SurgeNet's tensor it is, from 0
     * @param count how many parts, equal in size, that has
     */
    record Piece(String name, int index, int count) {}

    private static List<Rule> hfConvNextV2() {
        return List.of(
                rule("embeddings.patch_embeddings.*", "downsample_layers.0.0.*"),
                rule("embeddings.layernorm.*", "downsample_layers.0.1.*"),
                rule("encoder.stages.#.downsampling_layer.*", "downsample_layers.#.*"),
                rule("encoder.stages.#.layers.#.layernorm.*", "stages.#.#.norm.*"),
                rule("encoder.stages.#.layers.#.grn.weight", "stages.#.#.grn.gamma"),
                rule("encoder.stages.#.layers.#.grn.bias", "stages.#.#.grn.beta"),
                rule("encoder.stages.#.layers.#.*", "stages.#.#.*"),
                rule("layernorm.*", "norm.*"),
                rule("classifier.*", "head.*"));
    }

    private static List<Rule> hfPvtV2() {
        String layer = "encoder.layers.#.";
        String block = layer + "blocks.#.";
        return List.of(
                rule(layer + "patch_embedding.layer_norm.*", "patch_embed+.norm.*"),
                rule(layer + "patch_embedding.*", "patch_embed+.*"),
                rule(block + "layer_norm_1.*", "block+.#.norm1.*"),
                rule(block + "layer_norm_2.*", "block+.#.norm2.*"),
                rule(block + "attention.query.*", "block+.#.attn.q.*"),
                rule(block + "attention.key.*", "block+.#.attn.kv.*", 0, 2),
                rule(block + "attention.value.*", "block+.#.attn.kv.*", 1, 2),
                rule(block + "attention.spatial_reduction.*", "block+.#.attn.sr.*"),
                rule(block + "attention.layer_norm.*", "block+.#.attn.norm.*"),
                rule(block + "attention.proj.*", "block+.#.attn.proj.*"),
                rule(block + "mlp.dense1.*", "block+.#.mlp.fc1.*"),
                rule(block + "mlp.dense2.*", "block+.#.mlp.fc2.*"),
                rule(block + "mlp.dwconv.*", "block+.#.mlp.dwconv.*"),
                rule(layer + "layer_norm.*", "norm+.*"),
                rule("classifier.*", "head.*"));
    }

    private static List<Rule> hfVit() {
        String layer = "encoder.layer.#.";
        return vit(
                layer,
                List.of(
                        rule(layer + "attention.attention.query.*", "blocks.#.attn.qkv.*", 0, 3),
                        rule(layer + "attention.attention.key.*", "blocks.#.attn.qkv.*", 1, 3),
                        rule(layer + "attention.attention.value.*", "blocks.#.attn.qkv.*", 2, 3),
                        rule(layer + "attention.output.dense.*", "blocks.#.attn.proj.*"),
                        rule(layer + "intermediate.dense.*", "blocks.#.mlp.fc1.*"),
                        rule(layer + "output.dense.*", "blocks.#.mlp.fc2.*")));
    }

    private static List<Rule> hf5Vit() {
        String layer = "layers.#.";
        return vit(
                layer,
                List.of(
                        rule(layer + "attention.q_proj.*", "blocks.#.attn.qkv.*", 0, 3),
                        rule(layer + "attention.k_proj.*", "blocks.#.attn.qkv.*", 1, 3),
                        rule(layer + "attention.v_proj.*", "blocks.#.attn.qkv.*", 2, 3),
                        rule(layer + "attention.o_proj.*", "blocks.#.attn.proj.*"),
                        rule(layer + "mlp.*", "blocks.#.mlp.*")));
    }

    private static List<Rule> vit(String layer, List<Rule> layers) {
        List<Rule> rules =
                new ArrayList<>(
                        List.of(
                                rule("embeddings.cls_token", "cls_token"),
                                rule("embeddings.position_embeddings", "pos_embed"),
                                rule(
                                        "embeddings.patch_embeddings.projection.*",
                                        "patch_embed.proj.*"),
                                rule(layer + "layernorm_before.*", "blocks.#.norm1.*"),
                                rule(layer + "layernorm_after.*", "blocks.#.norm2.*"),
                                rule("layernorm.*", "norm.*"),
                                rule("classifier.*", "head.*")));
        rules.addAll(layers);
        return rules;
    }

    private static final Pattern CONVOLUTIONAL =
            Pattern.compile("stages\\.[01]\\.blocks\\..*\\.(pwconv[12]|fc[12])\\.weight");

    /** Transformers' pooling layer, which follows the class token: no network here has it. */
    private static final String POOLER = "pooler.";

    private final String text;
    private final String root;
    private final List<Rule> rules;

    /**
     * @param root what stands before all names but the classifier's
     */
    Dialect(String text, String root, List<Rule> rules) {
        this.text = text;
        this.root = root;
        this.rules = rules.stream().map(rule -> rule.under(root)).toList();
    }

    /** What a name in this dialect is in SurgeNet's; the name itself where no rule fits. */
    Piece toSurgenet(String name) {
        for (Rule rule : rules) {
            String renamed = rule.forward(name);
            if (renamed != null) {
                return new Piece(renamed, rule.index, rule.count);
            }
        }
        return new Piece(name, 0, 1);
    }

    /**
     * What one of this dialect's names is in SurgeNet's, else null: a file in SurgeNet's names has
     * some that look like timm's, such as {@code head.norm.weight}, but then others that do not.
     */
    Piece ours(String name) {
        Piece renamed = toSurgenet(name);
        return fromSurgenet(renamed.name).contains(new Piece(name, renamed.index, renamed.count))
                ? renamed
                : null;
    }

    /** The inverse of {@link #toSurgenet}: all tensors that one of SurgeNet's is made of. */
    List<Piece> fromSurgenet(String name) {
        List<Piece> pieces = new ArrayList<>();
        for (Rule rule : rules) {
            String renamed = rule.backward(name);
            if (renamed != null) {
                pieces.add(new Piece(renamed, rule.index, rule.count));
                if (pieces.size() == rule.count) {
                    return pieces;
                }
            }
        }
        return List.of(new Piece(name, 0, 1));
    }

    /** Whether a name in this dialect belongs to a layer that the networks here do without. */
    boolean isExtra(String name) {
        return text.startsWith(Names.TRANSFORMERS) && name.startsWith(root + POOLER);
    }

    /**
     * timm's dialect of a backbone.
     *
     * @param backbone the backbone's name
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
     * transformers' dialect of a network, as its files have it; empty if it has no such network.
     *
     * @param backbone the backbone's name
     * @param classifier whether the network has a classification head
     */
    static Optional<Dialect> transformersOf(String backbone, boolean classifier) {
        if (backbone.startsWith("convnextv2")) {
            return Optional.of(classifier ? HF_CONVNEXTV2 : HF_CONVNEXTV2_MODEL);
        }
        if (backbone.startsWith("pvt")) {
            return Optional.of(classifier ? HF_PVTV2 : HF_PVTV2_MODEL);
        }
        return backbone.startsWith("vit")
                ? Optional.of(classifier ? HF_VIT : HF_VIT_MODEL)
                : Optional.empty();
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
        return rule(theirs, ours, 0, 1);
    }

    /** As {@link #rule(String, String)}, where theirs is one of some equal parts of ours. */
    private static Rule rule(String theirs, String ours, int index, int count) {
        return new Rule(theirs, ours, pattern(theirs), pattern(ours), index, count);
    }

    private static Pattern pattern(String text) {
        return Pattern.compile(
                text.replace(".", "\\.")
                        .replace("+", "(\\d{1,6})")
                        .replace("#", "(\\d{1,6})")
                        .replace("*", "(.+)"));
    }

    private record Rule(
            String theirs,
            String ours,
            Pattern theirPattern,
            Pattern ourPattern,
            int index,
            int count) {
        /** The rule where their names, but for the classifier's, stand under another one. */
        Rule under(String root) {
            return root.isEmpty() || theirs.startsWith("classifier.")
                    ? this
                    : rule(root + theirs, ours, index, count);
        }

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
