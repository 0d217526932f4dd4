/**
 * The one door to the deep-learning engine's own classes: typed operations that DJL's interface
 * does not offer ({@link org.surgenet.engine.Operations}), updates in one pass over the memory
 * ({@link org.surgenet.engine.Updates}), recording of gradients ({@link
 * org.surgenet.engine.Recording}, {@link org.surgenet.engine.NoGrad}), arrays' and devices' memory
 * ({@link org.surgenet.engine.Memory}), and what the engine is ({@link
 * org.surgenet.engine.EngineInfo}).
 *
 * <p>This package alone imports {@code ai.djl.pytorch}, {@code ai.djl.util}, {@code ai.djl.engine}
 * and {@code ai.djl.training}; the others work with DJL's arrays, shapes and devices. It imports no
 * other package of surgenet.
 */
package org.surgenet.engine;
