package dev.orcinus.jit;

import dev.orcinus.jit.unwinding.CallEntries;
import dev.orcinus.loader.UnresolvedSymbolsException;
import dev.orcinus.loader.input.ObjectReader;
import dev.orcinus.loader.lifetime.Lifetime;
import dev.orcinus.loader.link.LinkSession;
import dev.orcinus.loader.link.Unit;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.Lock;

/**
 * Replaces objects of a dylib, and frees those that were replaced when their calls have returned.
 * Its lock guards it.
 */
final class Replacements {
    private static final long PAUSE_MILLIS = 5;

    private final CallableDylib dylib;
    private final Lock exclusive;
    private final List<LinkSession.Leaving> leaving = new ArrayList<>();

    /**
     * Makes a dylib's replacements.
     *
     * @param exclusive is held while an object is replaced, so that nobody uses an address of it
     */
    Replacements(CallableDylib dylib, Lock exclusive) {
        this.dylib = dylib;
        this.exclusive = exclusive;
    }

    synchronized void replace(JitObject object, byte[] newBytes, List<String> state) {
        CallEntries entries = dylib.entries();
        if (entries == null) {
            throw new UnsupportedOperationException("calls cannot be redirected on this system");
        }
        if (object.unit().isEmpty()) {
            throw new IllegalArgumentException(object.name() + " is an archive");
        }
        leaving.removeIf(LinkSession.Leaving::tryToGo);
        LinkSession.Leaving old;
        exclusive.lock();
        try {
            old = exchange(object, newBytes, state, entries);
        } finally {
            exclusive.unlock();
        }
        if (!old.tryToGo()) {
            leaving.add(old);
            if (leaving.size() == 1) {
                Thread.ofPlatform().daemon().name("orcinus-replaced").start(this::letGo);
            }
        }
    }

    private LinkSession.Leaving exchange(
            JitObject object, byte[] newBytes, List<String> state, CallEntries entries) {
        AtomicReference<Unit> unit = object.unit().orElseThrow();
        Lifetime shared = unit.get().lifetime();
        Map<String, LoadedSymbol> before = variables(state, object.name());
        MemorySegment content = MemorySegment.ofArray(newBytes.clone());
        LinkSession.Replaced replaced =
                dylib.session()
                        .replace(
                                unit.get(),
                                () -> ObjectReader.read(object.name(), content),
                                addresses -> {
                                    copy(before, variables(state, object.name()));
                                    entries.redirect(shared, addresses);
                                });
        unit.set(replaced.unit());
        return replaced.leaving();
    }

    private void letGo() {
        try {
            do {
                Thread.sleep(PAUSE_MILLIS);
            } while (!haveGone());
        } catch (InterruptedException | RuntimeException e) {
            forget(); // they are freed when the dylib is closed
        }
    }

    private synchronized boolean haveGone() {
        leaving.removeIf(LinkSession.Leaving::tryToGo);
        return leaving.isEmpty();
    }

    private synchronized void forget() {
        leaving.clear();
    }

    private Map<String, LoadedSymbol> variables(List<String> names, String object) {
        if (names.isEmpty()) {
            return Map.of();
        }
        Map<String, LoadedSymbol> found = new HashMap<>();
        for (LoadedSymbol symbol : dylib.symbols()) {
            // The newest object comes last, so it counts.
            if (names.contains(symbol.name()) && symbol.object().equals(object)) {
                found.put(symbol.name(), symbol);
            }
        }
        Map<String, List<String>> missing = new HashMap<>();
        for (String name : names) {
            if (!found.containsKey(name) || found.get(name).address().isEmpty()) {
                missing.put(name, List.of("the state of " + object));
            }
        }
        if (!missing.isEmpty()) {
            throw new UnresolvedSymbolsException(missing);
        }
        return found;
    }

    private void copy(Map<String, LoadedSymbol> before, Map<String, LoadedSymbol> after) {
        before.forEach((name, old) -> requireSame(old, after.get(name)));
        before.forEach(
                (name, old) -> {
                    MemorySegment bytes = MemorySegment.ofArray(new byte[(int) old.sizeBytes()]);
                    dylib.copy(old.address().getAsLong(), bytes, false);
                    dylib.copy(after.get(name).address().getAsLong(), bytes, true);
                });
    }

    private static void requireSame(LoadedSymbol old, LoadedSymbol next) {
        if (next.sizeBytes() != old.sizeBytes() || next.kind() != LoadedSymbol.Kind.VARIABLE) {
            throw new IllegalArgumentException(
                    "%s is a %s of %d bytes, and was a %s of %d"
                            .formatted(
                                    old.name(),
                                    next.kind(),
                                    next.sizeBytes(),
                                    old.kind(),
                                    old.sizeBytes()));
        }
    }
}
