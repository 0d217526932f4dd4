/**
 * Which frames of a video are wanted: the rule, and its decision on frame after frame in the order
 * of presentation. Knows neither packets nor pictures. Imports {@code common} alone.
 */
package org.surgenet.video.sampling;
