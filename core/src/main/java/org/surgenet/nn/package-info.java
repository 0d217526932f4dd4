/**
 * Layers and networks on DJL's arrays. A network is a tree of {@link org.surgenet.nn.Module}s whose
 * names are the checkpoint's keys, so that loading is a straight match; one subpackage per network.
 *
 * <p>The tree is our own and not DJL's {@code Block}: a block numbers its children in the
 * parameters' names, sizes itself from its first input and draws its arrays through a {@code
 * ParameterStore}, whereas here every shape is known when a network is built, the keys must be
 * those of the original code, and one process drives one device.
 *
 * <p>Backbones by name are in {@link org.surgenet.nn.zoo}. Imports {@code engine} and {@code
 * common}.
 *
 * <p>Letters in shape comments: B images, C channels, H rows, W columns, T tokens (H times W), N
 * attention heads, D channels per head, K classes or outputs. Images and feature maps that leave a
 * backbone are (B, C, H, W).
 *
 * <p>Operations are called on activations, never on parameters: DJL attaches a result to the
 * manager of the array it is called on, and the parameters' manager lives as long as the network.
 */
package org.surgenet.nn;
