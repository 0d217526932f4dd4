/**
 * Several processes that train one model: who they are, sums over all of them, and gradients
 * averaged in buckets. One process drives one device; {@code mpirun} or {@code srun} starts them
 * and an MPI library found at run time connects them. A single process needs none of it and gets a
 * {@link org.surgenet.train.distributed.Communicator} of size one.
 *
 * <p>The data's way: each rank computes gradients on its slice of the global batch; {@link
 * org.surgenet.train.distributed.AllReduce} sums them over the ranks and divides by their number;
 * every rank then takes the same optimiser step on the same numbers.
 *
 * <p>Imports {@code common}, {@code nn} and {@code engine}.
 */
package org.surgenet.train.distributed;
