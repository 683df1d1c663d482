package dev.orcinus.loader.link;

import java.io.IOException;
import java.util.Set;

/** Objects that a dylib gets only when symbols are missing. Many threads may use one. */
@FunctionalInterface
public interface Supplement {
    /** The supplement of a dylib that gets nothing. */
    Supplement NONE = _ -> false;

    /**
     * Adds the objects to the dylib if they define all symbols that are missing, unless the dylib
     * has them already. The session's lock is not held.
     *
     * @return whether the dylib has objects that define them
     * @throws IOException if the objects cannot be read
     */
    boolean addFor(Set<String> missing) throws IOException;
}
