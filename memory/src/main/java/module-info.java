/**
 * The memory of sessions: reservations, allocations, allocation actions, release. It knows pages
 * and ranges, not who asks for them.
 */
module dev.orcinus.memory {
    requires transitive dev.orcinus.platform;

    exports dev.orcinus.memory;
}
