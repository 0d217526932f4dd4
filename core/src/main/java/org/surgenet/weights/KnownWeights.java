package org.surgenet.weights;

import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * A public checkpoint.
 *
 * @param name by which {@code --weights} takes it
 * @param address where its owners offer it
 * @param backbone the network that it fits
 * @param licence of the weights
 */
public record KnownWeights(String name, String address, String backbone, String licence) {
    private static final String SURGENET_BASE =
            "https://huggingface.co/TimJaspersTue/SurgeNetModels/resolve/main/";
    private static final String SURGENET_LICENCE =
            "CC-BY-NC-SA (SurgeNet, Jaspers et al.): not for commercial use, share alike";

    private static final List<KnownWeights> ALL =
            List.of(
                    surgenet("SurgeNetXL", "SurgeNetXL_checkpoint_epoch0050_teacher.pth"),
                    surgenet("SurgeNet", "SurgeNet_checkpoint_epoch0050_teacher.pth"),
                    surgenet("SurgeNetSmall", "SurgeNetSmall_checkpoint_epoch0050_teacher.pth"),
                    surgenet("SurgeNetCholec", "CHOLEC_checkpoint_epoch0050_teacher.pth"),
                    surgenet("SurgeNetRAMIE", "RAMIE_checkpoint_epoch0050_teacher.pth"),
                    surgenet("SurgeNetRARP", "RARP_checkpoint_epoch0050_teacher.pth"),
                    surgenet("SurgeNetPublic", "Public_checkpoint_epoch0050_teacher.pth"),
                    new KnownWeights(
                            "ImageNet-CAFormer",
                            "https://huggingface.co/sail/dl/resolve/main/caformer/caformer_s18.pth",
                            "caformer_s18_star",
                            "Apache-2.0 (sail-sg, MetaFormer baselines)"));

    private static KnownWeights surgenet(String name, String file) {
        return new KnownWeights(name, SURGENET_BASE + file, "caformer_s18", SURGENET_LICENCE);
    }

    /** All of them. */
    public static List<KnownWeights> all() {
        return ALL;
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
