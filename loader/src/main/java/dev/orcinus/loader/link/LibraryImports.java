package dev.orcinus.loader.link;

import java.util.Collections;
import java.util.HashSet;
import java.util.Set;

/** The names to which a shared library refers and that it does not define. */
public final class LibraryImports {
    private final Set<String> names = new HashSet<>();
    private final Set<String> needed = new HashSet<>();
    private long textBytes;

    /**
     * Adds a symbol.
     *
     * @param version its version; empty if it has none
     * @param isWeak whether the library does without it
     */
    public void add(String name, String version, boolean isWeak) {
        if (names.add(name)) {
            textBytes += name.length();
        }
        String definition = version.isEmpty() ? name : name + "@" + version;
        if (!isWeak && needed.add(definition)) {
            textBytes += definition.length();
        }
    }

    /** Returns the names without versions. */
    public Set<String> names() {
        return Collections.unmodifiableSet(names);
    }

    /** Returns about how much memory the names take. */
    long sizeBytes() {
        return LibraryExports.NAME_BYTES * (names.size() + needed.size()) + textBytes;
    }

    /** Returns the names, with their versions, of those that it does not do without. */
    Set<String> needed() {
        return Collections.unmodifiableSet(needed);
    }
}
