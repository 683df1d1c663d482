package dev.orcinus.loader.link;

import dev.orcinus.loader.arch.Architecture;
import dev.orcinus.loader.targets.LinkTarget;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The thread-local storage of a batch. It is opened after the objects are placed and before they
 * are fixed up: initial values need the addresses of all objects, and code needs the open storage.
 * Each request for storage includes the needs of the other objects, so objects may refer to each
 * other in circles. The session's lock guards it.
 */
final class BatchThreadLocals {
    private BatchThreadLocals() {}

    /** Opens storage for all objects that have thread-locals or use those of other objects. */
    static void open(LinkBatch batch, LinkTarget target, Architecture architecture) {
        Map<Dylib, ThreadLocalGroup> byDylib = new LinkedHashMap<>();
        Map<Unit, ThreadLocalGroup> byUnit = new LinkedHashMap<>();
        Set<Unit> concerned = ConcurrentHashMap.newKeySet();
        Workers.each(
                List.copyOf(batch.units()),
                unit -> {
                    if (ThreadLocalGroup.concerns(unit, batch)) {
                        concerned.add(unit);
                    }
                });
        for (Unit unit : batch.units()) {
            if (concerned.contains(unit)) {
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
