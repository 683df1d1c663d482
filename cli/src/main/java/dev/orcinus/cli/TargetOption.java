package dev.orcinus.cli;

import dev.orcinus.executor.target.PresentedTarget;
import dev.orcinus.platform.Triple;
import dev.orcinus.platform.spi.guest.Guest;

/**
 * The target that the user names by {@code --triple}, or by a variable of the environment, because
 * some controllers start an executor without arguments of the user's.
 */
final class TargetOption {
    static final String NAME = "--triple";
    private static final String VARIABLE = "ORCINUS_TRIPLE";

    private TargetOption() {}

    /**
     * Returns a target.
     *
     * @param named the value of the option; empty if it is not there
     */
    static PresentedTarget target(String named, Guest guest) throws UsageException {
        if (!named.isEmpty()) {
            return target(NAME, named, guest);
        }
        String variable = variable();
        return variable.isEmpty() ? PresentedTarget.of(guest) : target(VARIABLE, variable, guest);
    }

    /** Returns the triple that the environment names; empty if it names none. */
    static String variable() {
        String variable = System.getenv(VARIABLE);
        return variable == null ? "" : variable;
    }

    private static PresentedTarget target(String source, String triple, Guest guest)
            throws UsageException {
        try {
            return PresentedTarget.of(guest, new Triple(triple));
        } catch (IllegalArgumentException e) {
            throw new UsageException(source + ": " + e.getMessage());
        }
    }
}
