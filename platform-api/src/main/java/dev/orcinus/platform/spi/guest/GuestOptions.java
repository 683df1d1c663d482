package dev.orcinus.platform.spi.guest;

import java.util.List;

/**
 * The kind of process that an {@link IsolatedGuest} lives in.
 *
 * @param arguments the arguments that the process is started with, its name first
 * @param isProgram whether it is a program of its own: the process that the user has started, if
 *     that waits for it; else one that belongs to the process group and the terminal of this
 *     process, where signals that this process ignores are ignored. A crash ends it by its signal.
 *     If not, it leads a group of its own, which is killed with it
 * @param policy what its code may do; {@link GuestPolicy#NONE} for a program
 */
public record GuestOptions(List<String> arguments, boolean isProgram, GuestPolicy policy) {
    /** Copies the list, which has a name at least. */
    public GuestOptions {
        arguments = List.copyOf(arguments);
        if (arguments.isEmpty()) {
            throw new IllegalArgumentException("a process has a name");
        }
        if (isProgram && !policy.isNone()) {
            throw new IllegalArgumentException("a program may do what its user may");
        }
    }

    /** Returns the options of a guest that serves a session. */
    public static GuestOptions ofSession() {
        return ofSession(GuestPolicy.NONE);
    }

    /** Returns the options of a guest that serves a session, with what its code may do. */
    public static GuestOptions ofSession(GuestPolicy policy) {
        return new GuestOptions(List.of("orcinus-guest"), false, policy);
    }

    /**
     * Returns the options of a guest that is a program.
     *
     * @param arguments its arguments, its name first
     */
    public static GuestOptions ofProgram(List<String> arguments) {
        return new GuestOptions(arguments, true, GuestPolicy.NONE);
    }
}
