/**
 * Features of frames as a table: a row of numbers for each frame, with what is known of the frame
 * beside them. {@link org.surgenet.features.FeatureTable} reads and writes it, {@link
 * org.surgenet.features.FeatureMap} draws it in the plane of its principal components.
 *
 * <p>Imports {@code weights}, for safetensors, and {@code report}.
 */
package org.surgenet.features;
