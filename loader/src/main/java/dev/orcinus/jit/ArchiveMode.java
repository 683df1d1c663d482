package dev.orcinus.jit;

/** What of an archive is added to a dylib. */
public enum ArchiveMode {
    /** Each object when somebody needs a symbol that it defines. */
    AS_NEEDED,
    /** All objects, at once: what ld does behind {@code --whole-archive}. */
    WHOLE
}
