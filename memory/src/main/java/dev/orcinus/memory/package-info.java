/**
 * The life of JIT memory: a reservation, an {@link dev.orcinus.memory.InFlightAllocation} that is
 * filled, the finalized allocation that its dealloc actions clean up after. Called by the
 * executor's memory services and, later, by the loader.
 */
package dev.orcinus.memory;
