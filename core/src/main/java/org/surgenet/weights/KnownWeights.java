package org.surgenet.weights;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import org.surgenet.common.SettingException;
import org.surgenet.common.UserException;
import org.surgenet.nn.zoo.Backbones;

/**
 * A public checkpoint.
 *
 * @param name by which users call it
 * @param address where its owners offer it
 * @param backbone the network that it fits
 * @param licence of the weights
 */
public record KnownWeights(String name, String address, String backbone, String licence) {
    private static final String SURGENET_BASE =
            "https://huggingface.co/TimJaspersTue/SurgeNetModels/resolve/main/";
    private static final String SURGENET_VIT_BASE =
            "https://huggingface.co/rlpddejong/SurgeNetXL_DINOv1-v3/resolve/main/";
    private static final String SURGENET_LICENCE =
            "CC-BY-NC-SA (SurgeNet, Jaspers et al.): not for commercial use, share alike";

    private static final List<KnownWeights> ALL =
            List.of(
                    caformer("SurgeNetXL", "SurgeNetXL"),
                    caformer("SurgeNet", "SurgeNet"),
                    caformer("SurgeNetSmall", "SurgeNetSmall"),
                    caformer("SurgeNetCholec", "CHOLEC"),
                    caformer("SurgeNetRAMIE", "RAMIE"),
                    caformer("SurgeNetRARP", "RARP"),
                    caformer("SurgeNetPublic", "Public"),
                    surgenet("SurgeNet-ConvNeXtV2", "SurgeNet_ConvNextv2", "convnextv2_tiny"),
                    surgenet("SurgeNet-PVTv2", "SurgeNet_PVTv2", "pvt_v2_b2"),
                    vit("SurgeNetXL-ViT-S", "DINOv1_ViTs16_size224_SurgeNetXL", "vit_small_16"),
                    vit("SurgeNetXL-ViT-B", "DINOv1_ViTb16_size224_SurgeNetXL", "vit_base_16"),
                    new KnownWeights(
                            "ImageNet-CAFormer",
                            "https://huggingface.co/sail/dl/resolve/main/caformer/caformer_s18.pth",
                            "caformer_s18_star",
                            "Apache-2.0 (sail-sg, MetaFormer baselines)"),
                    new KnownWeights(
                            "ImageNet-ConvNeXtV2",
                            "https://dl.fbaipublicfiles.com/convnext/convnextv2/im1k/convnextv2_tiny_1k_224_ema.pt",
                            "convnextv2_tiny",
                            "CC-BY-NC 4.0 (Meta, ConvNeXt V2): not for commercial use"),
                    new KnownWeights(
                            "ImageNet-PVTv2",
                            "https://github.com/whai362/PVT/releases/download/v2/pvt_v2_b2.pth",
                            "pvt_v2_b2",
                            "Apache-2.0 (PVT)"));

    private static KnownWeights caformer(String name, String stem) {
        return surgenet(name, stem, "caformer_s18");
    }

    private static KnownWeights surgenet(String name, String stem, String backbone) {
        return new KnownWeights(
                name,
                SURGENET_BASE + stem + "_checkpoint_epoch0050_teacher.pth",
                backbone,
                SURGENET_LICENCE);
    }

    /** The later vision transformers of the same team (SurgeNet's load_vit_models.py). */
    private static KnownWeights vit(String name, String stem, String backbone) {
        return new KnownWeights(
                name, SURGENET_VIT_BASE + stem + ".pth", backbone, SURGENET_LICENCE);
    }

    /** All of them. */
    public static List<KnownWeights> all() {
        return ALL;
    }

    /**
     * The file that a user means: a path, or the name of a known checkpoint, which is then looked
     * for in {@code folder}. Nothing is ever downloaded.
     *
     * @throws UserException if there is no such file; for a known name the message says where its
     *     owners offer it and where to put it; also if the file found holds other weights
     */
    public static Path resolve(String given, Path folder) {
        Path file = Path.of(given);
        if (Files.exists(file)) {
            return file;
        }
        KnownWeights known =
                ALL.stream()
                        .filter(one -> one.name.equalsIgnoreCase(given))
                        .findFirst()
                        .orElseThrow(
                                () ->
                                        new UserException(
                                                given
                                                        + ": no such file, and no public weights of"
                                                        + " this name; known are "
                                                        + ALL.stream()
                                                                .map(KnownWeights::name)
                                                                .collect(
                                                                        Collectors.joining(", "))));
        Path found = folder.resolve(known.fileName());
        if (!Files.exists(found)) {
            throw SettingException.about(
                    "weights",
                    "="
                            + known.name
                            + ": "
                            + found
                            + " is not there; download it from "
                            + known.address
                            + " (licence: "
                            + known.licence
                            + ") or name its folder as weights-dir");
        }
        known.verify(found);
        return found;
    }

    private void verify(Path file) {
        StateDict weights = WeightsFile.read(file);
        Coverage coverage = Matching.of(Backbones.create(backbone), weights).coverage();
        if (!coverage.complete()) {
            throw new UserException(
                    file
                            + ": should hold "
                            + name
                            + " for "
                            + backbone
                            + ", but has "
                            + coverage
                            + "; download it again from "
                            + address);
        }
    }

    /** The file's name at its address. */
    public String fileName() {
        return address.substring(address.lastIndexOf('/') + 1);
    }

    static Optional<KnownWeights> byFileName(String name) {
        return ALL.stream()
                .filter(known -> known.fileName().toLowerCase(Locale.ROOT).equals(name))
                .findFirst();
    }
}
