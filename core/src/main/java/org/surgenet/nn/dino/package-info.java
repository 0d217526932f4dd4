/**
 * DINO's projection head ({@code vision_transformer.py: DINOHead} of the original code). The
 * multi-crop wrapper and the loss live in {@code pretrain}; imports {@code nn}.
 */
package org.surgenet.nn.dino;
