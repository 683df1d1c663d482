package dev.orcinus.executor.session;

import dev.orcinus.platform.ExecutorAddress;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The names of symbols of libraries that a session's controller has looked up, by their addresses.
 * Only an ORC runtime with thread-locals needs them, and only those that are looked up once it has
 * some. Thread-safe.
 */
public final class LookupNotes {
    private final Map<ExecutorAddress, String> names = new ConcurrentHashMap<>();
    private volatile boolean isKept;

    /** Creates notes that are not kept yet. */
    LookupNotes() {}

    /** Keeps notes from now on. */
    public void keep() {
        isKept = true;
    }

    /** Notes the answer to a look-up, if notes are kept. */
    public void note(String name, ExecutorAddress address) {
        if (isKept) {
            names.put(address, name);
        }
    }

    /** Returns the C-level name that was last found at an address. */
    public Optional<String> nameOf(ExecutorAddress address) {
        return Optional.ofNullable(names.get(address));
    }
}
