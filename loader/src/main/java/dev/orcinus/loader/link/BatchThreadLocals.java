package dev.orcinus.loader.link;

import dev.orcinus.loader.arch.Architecture;
import dev.orcinus.loader.targets.LinkTarget;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Gives the objects of a batch their thread-local storage, between placing and fixing up: the
 * initial values are fixed up when all addresses are known, and code can be when the target has
 * opened the storage. What the objects need of each other's storage is asked for when that is
 * opened, so they may refer to each other in circles. Guarded by the session's lock.
 */
final class BatchThreadLocals {
    private BatchThreadLocals() {}

    /** Opens storage for all objects that have thread-locals, or use those of others. */
    static void open(LinkBatch batch, LinkTarget target, Architecture architecture) {
        Map<Dylib, ThreadLocalGroup> byDylib = new LinkedHashMap<>();
        Map<Unit, ThreadLocalGroup> byUnit = new LinkedHashMap<>();
        for (Unit unit : batch.units()) {
            if (ThreadLocalGroup.concerns(unit, batch)) {
                ThreadLocalGroup group =
                        byDylib.computeIfAbsent(unit.dylib(), _ -> new ThreadLocalGroup(batch));
                group.add(unit);
                byUnit.put(unit, group);
            }
        }
        Collection<ThreadLocalGroup> groups = byDylib.values();
        for (ThreadLocalGroup group : groups) {
            group.layOut();
        }
        for (ThreadLocalGroup group : groups) {
            group.collect(byUnit);
        }
        for (ThreadLocalGroup group : groups) {
            group.open(target, architecture);
        }
        groups.forEach(ThreadLocalGroup::resolve);
    }
}
