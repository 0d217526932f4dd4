/**
 * What every other package may use and nothing else may be needed for: the error type for users,
 * atomic files, tables and JSON, counter-based randomness, progress and cancellation, the record of
 * a run, and the lock of its directory. Imports no other package of surgenet and no native library.
 */
package org.surgenet.common;
