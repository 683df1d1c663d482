package dev.orcinus.platform.linux;

import dev.orcinus.bindings.posix.Stdlib;
import java.lang.foreign.Arena;
import java.util.Optional;

/**
 * The room for static TLS that the launcher asks glibc for, by a setting that it appends to the
 * variable. If the setting stayed in the environment, the room would be taken from the stacks of
 * all threads of all programs that guest code starts, also from the small stacks of JVMs.
 */
public final class StaticRoom {
    /** The variable. */
    public static final String VARIABLE = "GLIBC_TUNABLES";

    /** The name of the setting, and an equals sign. */
    public static final String NAME = "glibc.rtld.optional_static_tls=";

    /** The room that the launcher asks for. */
    public static final long BYTES = 65536;

    /** The setting, as the launcher writes it. */
    public static final String SETTING = NAME + "65536";

    private StaticRoom() {}

    /** Sets the variable to what it was before the launcher. */
    static void tidyEnvironment() {
        String value = System.getenv(VARIABLE);
        if (value == null || !value.endsWith(SETTING)) {
            return;
        }
        try (Arena arena = Arena.ofConfined()) {
            Optional<String> before = before(value);
            if (before.isPresent()) {
                Stdlib.setenv(arena.allocateFrom(VARIABLE), arena.allocateFrom(before.get()), 1);
            } else {
                Stdlib.unsetenv(arena.allocateFrom(VARIABLE));
            }
        }
    }

    /** Returns {@code value} without the setting; empty if there was no variable before. */
    public static Optional<String> before(String value) {
        String rest = value.substring(0, value.length() - SETTING.length());
        return rest.endsWith(":")
                ? Optional.of(rest.substring(0, rest.length() - 1))
                : Optional.empty();
    }
}
