/**
 * A video's folder: image files or archives, the journal that lets a run that was cut off go on,
 * {@code video.json}, and last {@code frames.csv}, which marks the folder as complete. Knows
 * nothing of videos. Imports {@code video.picture} and {@code frames}.
 */
package org.surgenet.video.store;
