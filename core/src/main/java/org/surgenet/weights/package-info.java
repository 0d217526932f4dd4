/**
 * Weights of everybody: PyTorch's checkpoints (zip and legacy format), safetensors and indexes of
 * shards come in as a {@link org.surgenet.weights.StateDict}, {@link
 * org.surgenet.weights.WeightLoader} finds the part and the dialect (SurgeNet's, timm's,
 * transformers') that fit a network and fills it strictly, with finite values only; {@link
 * org.surgenet.weights.Converter}, {@link org.surgenet.weights.Safetensors} and {@link
 * org.surgenet.weights.PthWriter} go the other way, in the shapes that the other code has.
 *
 * <p>Reading runs nothing that a file asks for: pickles are parsed against a list of allowed names.
 * Files are mapped, not copied; nothing of them stays open. Used by the commands that train or
 * evaluate; imports {@code common} and {@code nn}.
 */
package org.surgenet.weights;
