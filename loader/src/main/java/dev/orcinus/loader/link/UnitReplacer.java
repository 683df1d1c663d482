package dev.orcinus.loader.link;

import dev.orcinus.loader.UnresolvedSymbolsException;
import dev.orcinus.loader.graph.LinkGraph;
import dev.orcinus.loader.lifetime.Lifetime;
import dev.orcinus.loader.lifetime.Passage;
import dev.orcinus.platform.ExecutorAddress;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.locks.Lock;
import java.util.function.Function;

/**
 * Replaces linked objects by others, while calls run. The new object takes over the lifetime of the
 * old one, with which the handles of its functions are connected; the old one goes when the calls
 * in it have returned. The session's lock guards it.
 */
final class UnitReplacer {
    private final Lock lock;
    private final UnitRemover remover;
    private final DylibLives lives;
    private final LinkRequests requests;
    private final SessionFormat format;

    UnitReplacer(
            Lock lock,
            UnitRemover remover,
            DylibLives lives,
            LinkRequests requests,
            SessionFormat format) {
        this.lock = lock;
        this.remover = remover;
        this.lives = lives;
        this.requests = requests;
        this.format = format;
    }

    /**
     * Links an object in place of another one, and runs its initializers. The old one still gets
     * the calls.
     *
     * @throws IllegalStateException if the old one cannot be removed
     * @throws UnresolvedSymbolsException if functions are missing of which there are handles
     */
    Unit link(Unit old, LinkGraph graph) {
        Unit next = add(old, graph);
        try {
            requireFunctions(next);
            if (lives.isInitialized(next.dylib())) {
                lives.initialize(next.dylib());
            } else {
                requests.linkAll(List.of(next.dylib()));
            }
            return next;
        } catch (RuntimeException | Error e) {
            cancel(old, next);
            throw e;
        }
    }

    private Unit add(Unit old, LinkGraph graph) {
        lock.lock();
        try {
            remover.requireReplaceable(old);
            Dylib dylib = old.dylib();
            dylib.definitions().forget(old);
            try {
                Unit next = dylib.add(graph);
                Unit.exchangeLifetimes(old, next);
                // The calls in it count for the new one from now on, but what it uses must stay.
                old.lifetime().beginWork();
                return next;
            } catch (RuntimeException e) {
                dylib.definitions().putBack(old);
                throw e;
            }
        } finally {
            lock.unlock();
        }
    }

    private void requireFunctions(Unit next) {
        Map<String, List<String>> missing = new TreeMap<>();
        for (String function : next.lifetime().functions()) {
            Definition found = next.dylib().definitions().get(format.symbolOf(function));
            if (found == null || found.unit() != next) {
                missing.put(function, List.of("handles of the replaced object"));
            }
        }
        if (!missing.isEmpty()) {
            throw new UnresolvedSymbolsException(missing);
        }
    }

    /** Undoes a replacement whose calls still go to the old object. */
    void cancel(Unit old, Unit next) {
        try {
            lives.retire(next);
        } finally {
            putBack(old, next);
        }
    }

    private void putBack(Unit old, Unit next) {
        lock.lock();
        try {
            old.lifetime().endWork();
            Unit.exchangeLifetimes(old, next);
            remover.remove(List.of(next));
            old.dylib().definitions().putBack(old);
        } finally {
            lock.unlock();
        }
    }

    /**
     * Completes a replacement, when calls go to the new object. Whoever has seen that the calls are
     * over ends the work of the old one's lifetime.
     *
     * @return the calls that may still be in the old one
     */
    Passage complete(Unit old, Unit next) {
        Lifetime shared = next.lifetime();
        shared.giveArenaTo(old.lifetime());
        return shared.passage();
    }

    /** Returns the addresses of functions of an object. */
    Function<String, ExecutorAddress> addresses(Unit unit) {
        return function -> requests.find(unit.dylib(), format.symbolOf(function)).address();
    }
}
