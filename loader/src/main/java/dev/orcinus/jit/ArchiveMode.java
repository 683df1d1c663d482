package dev.orcinus.jit;

/**
 * The objects of an archive that are added to a dylib.
 *
 * <pre>{@code dylib.add(Path.of("libplugins.a"), ArchiveMode.WHOLE);}</pre>
 */
public enum ArchiveMode {
    /** Adds an object when a symbol that it defines is needed. */
    AS_NEEDED,
    /** Adds all objects at once, as ld does after {@code --whole-archive}. */
    WHOLE
}
