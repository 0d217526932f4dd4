/**
 * SurgeNet's segmentation decoder, a feature pyramid in the style of segmentation_models.pytorch,
 * and the model that joins it with a backbone. Imports {@code nn}.
 */
package org.surgenet.nn.fpn;
