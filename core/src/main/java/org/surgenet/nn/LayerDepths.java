package org.surgenet.nn;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How deep each parameter of a backbone lies, for learning rates that fall from block to block, as
 * timm's {@code param_groups_layer_decay} counts: what takes the image is layer 0, each block a
 * layer of its own, what is between two stages goes with the block that follows it, the norm at the
 * end of a stage with the block before it, and the last norm above all blocks.
 */
public final class LayerDepths {
    private static final Pattern BLOCK =
            Pattern.compile("(?:stages\\.(\\d+)|block(\\d+)|blocks)\\.(\\d+)\\..*");
    private static final Pattern BETWEEN =
            Pattern.compile("(?:downsample_layers\\.(\\d+)|patch_embed(\\d+))\\..*");
    private static final Pattern STAGE_NORM = Pattern.compile("norm(\\d+)\\..*");
    private static final List<String> INPUT = List.of("patch_embed.", "cls_token", "pos_embed");

    private LayerDepths() {}

    /** A block, in the order of the network. */
    private record Block(int stage, int index) implements Comparable<Block> {
        @Override
        public int compareTo(Block other) {
            return stage == other.stage
                    ? Integer.compare(index, other.index)
                    : Integer.compare(stage, other.stage);
        }
    }

    /**
     * The layer of each parameter; the highest number is that of what is above all blocks.
     *
     * @param keys of a backbone's parameters
     * @throws IllegalArgumentException if none of them is of a block
     */
    public static Map<String, Integer> of(Collection<String> keys) {
        TreeSet<Block> sorted = new TreeSet<>();
        keys.forEach(key -> block(key).ifPresent(sorted::add));
        if (sorted.isEmpty()) {
            throw new IllegalArgumentException("a backbone whose parameters name no blocks");
        }
        List<Block> blocks = List.copyOf(new LinkedHashSet<>(sorted));
        Map<String, Integer> layers = new LinkedHashMap<>();
        keys.forEach(key -> layers.put(key, layer(key, blocks)));
        return layers;
    }

    private static int layer(String key, List<Block> blocks) {
        Optional<Block> own = block(key);
        if (own.isPresent()) {
            return 1 + blocks.indexOf(own.get());
        }
        Matcher between = BETWEEN.matcher(key);
        if (between.matches()) {
            int stage = stage(between);
            return stage == blocks.get(0).stage ? 0 : 1 + firstOf(stage, blocks);
        }
        Matcher norm = STAGE_NORM.matcher(key);
        if (norm.matches()) {
            return firstOf(Integer.parseInt(norm.group(1)) + 1, blocks);
        }
        return INPUT.stream().anyMatch(key::startsWith) ? 0 : 1 + blocks.size();
    }

    private static Optional<Block> block(String key) {
        Matcher matcher = BLOCK.matcher(key);
        return matcher.matches()
                ? Optional.of(new Block(stage(matcher), Integer.parseInt(matcher.group(3))))
                : Optional.empty();
    }

    private static int stage(Matcher matcher) {
        String number = matcher.group(1) == null ? matcher.group(2) : matcher.group(1);
        return number == null ? 0 : Integer.parseInt(number);
    }

    /** The first block of a stage, or how many blocks there are if there is no such stage. */
    private static int firstOf(int stage, List<Block> blocks) {
        for (int i = 0; i < blocks.size(); i++) {
            if (blocks.get(i).stage == stage) {
                return i;
            }
        }
        return blocks.size();
    }
}
