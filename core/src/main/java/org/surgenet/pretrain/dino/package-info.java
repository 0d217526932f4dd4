/**
 * DINO as a {@link org.surgenet.pretrain.Method}: student and teacher, their head's loss, the step,
 * and the original code's full checkpoints.
 */
package org.surgenet.pretrain.dino;
