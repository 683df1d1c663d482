/**
 * The life of JIT memory: a reservation, an {@link dev.orcinus.memory.InFlightAllocation} that is
 * filled, the finalized allocation that its dealloc actions clean up after. Called by the runtime,
 * the executor's memory services and the loader's local target.
 */
package dev.orcinus.memory;
