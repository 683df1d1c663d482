package dev.orcinus.cli;

/**
 * A file or library that a script of ld names.
 *
 * @param name a path, a name, or {@code -lNAME}
 * @param isAsNeeded whether it is in {@code AS_NEEDED}: a shared library is only opened if it is
 *     needed
 */
record ScriptInput(String name, boolean isAsNeeded) {
    /** The command in which such inputs are. */
    static final String AS_NEEDED = "AS_NEEDED";
}
