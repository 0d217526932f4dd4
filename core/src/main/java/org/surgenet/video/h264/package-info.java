/**
 * The reference structure of H.264 (ITU-T H.264): slice headers, the decoded picture buffer, and
 * which pictures of a group the wanted ones do not depend on. Imports {@code video.codec}.
 */
package org.surgenet.video.h264;
