/**
 * The library behind the commands of surgenet; each subpackage's own page says what lives in it.
 */
package org.surgenet;
