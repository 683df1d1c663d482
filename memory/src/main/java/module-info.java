/**
 * Executor memory: reservations, allocations from the first byte to finalization, allocation
 * actions, release. Knows pages and ranges, not who asks for them.
 */
module dev.orcinus.memory {
    requires transitive dev.orcinus.platform;

    exports dev.orcinus.memory;
}
