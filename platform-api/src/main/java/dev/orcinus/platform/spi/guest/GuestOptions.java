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
 */
public record GuestOptions(List<String> arguments, boolean isProgram) {
    /** Copies the list, which has a name at least. */
    public GuestOptions {
        arguments = List.copyOf(arguments);
        if (arguments.isEmpty()) {
            throw new IllegalArgumentException("a process has a name");
        }
    }

    /** Returns the options of a guest that serves a session. */
    public static GuestOptions ofSession() {
        return new GuestOptions(List.of("orcinus-guest"), false);
    }

    /**
     * Returns the options of a guest that is a program.
     *
     * @param arguments its arguments, its name first
     */
    public static GuestOptions ofProgram(List<String> arguments) {
        return new GuestOptions(arguments, true);
    }
}
