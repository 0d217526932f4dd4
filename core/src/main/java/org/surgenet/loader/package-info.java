/**
 * Deterministic, prefetching batches: work on samples is spread over threads and handed out in
 * order, so that results do not depend on the number of workers. Imports {@code common} and {@code
 * image}; loads no DJL class.
 */
package org.surgenet.loader;
