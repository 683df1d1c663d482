/**
 * The memory of a session, from a reservation through an {@link
 * dev.orcinus.memory.InFlightAllocation} that is being filled to a finalized allocation, whose
 * dealloc actions run before it goes. The runtime, the executor's memory services and the loader's
 * local target call it.
 */
package dev.orcinus.memory;
