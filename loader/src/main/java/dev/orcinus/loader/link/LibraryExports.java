package dev.orcinus.loader.link;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The names that a shared library defines. Several symbols may have one name, in versions of which
 * at most one is bound to references without a version (the LSB, "Symbol Versioning").
 */
public final class LibraryExports {
    /** What a name takes beside its text: its objects, and its entries in sets. */
    static final long NAME_BYTES = 140;

    private final Set<String> names = new HashSet<>();
    private final Set<String> defaults = new HashSet<>();
    private final Set<String> versioned = new HashSet<>();
    private final Map<String, Long> contentBytes = new HashMap<>();
    private long textBytes;

    /**
     * Adds a symbol.
     *
     * @param version its version; empty if it has none
     * @param isDefault whether a reference without a version is bound to it
     * @param sizeBytes of its data with content in the file; 0 if it is anything else
     */
    public void add(String name, String version, boolean isDefault, long sizeBytes) {
        if (names.add(name)) {
            textBytes += name.length();
        }
        if (isDefault) {
            defaults.add(name);
            if (sizeBytes > 0) {
                contentBytes.put(name, sizeBytes);
            }
        }
        if (!version.isEmpty()) {
            addDefinition(name + "@" + version);
        }
    }

    private void addDefinition(String definition) {
        if (versioned.add(definition)) {
            textBytes += definition.length();
        }
    }

    /** Returns all definitions: names, each followed by an at sign and a version if it has one. */
    public List<String> definitions() {
        List<String> all = new ArrayList<>(versioned);
        Set<String> seen = new HashSet<>();
        versioned.forEach(definition -> seen.add(plain(definition)));
        names.stream().filter(name -> !seen.contains(name)).forEach(all::add);
        return all;
    }

    /** Returns the names without versions. */
    Set<String> names() {
        return Collections.unmodifiableSet(names);
    }

    /** Returns about how much memory the names take. */
    long sizeBytes() {
        return NAME_BYTES * (names.size() + versioned.size()) + textBytes;
    }

    /**
     * Returns whether a reference is bound to one of the symbols. A version that is asked for
     * counts nothing if the library has none, as for the dynamic linker.
     *
     * @param reference a name, or {@code NAME@VERSION}, or {@code NAME@@VERSION}
     */
    public boolean defines(String reference) {
        String name = plain(reference);
        if (name.equals(reference)) {
            return defaults.contains(reference);
        }
        String version = reference.substring(reference.lastIndexOf('@'));
        return versioned.isEmpty() ? names.contains(name) : versioned.contains(name + version);
    }

    /** Returns the name of a reference without its version. */
    static String plain(String reference) {
        int at = reference.indexOf('@');
        return at > 0 ? reference.substring(0, at) : reference;
    }

    /** Returns the size of its data of a name that have content in the file; 0 if it has none. */
    long contentBytes(String name) {
        return contentBytes.getOrDefault(name, 0L);
    }
}
