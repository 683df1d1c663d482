package dev.orcinus.loader;

import java.io.Serial;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * The process of loaded code has ended while the code ran: by a crash, by {@code exit}, or because
 * a Java method that it called has thrown, which is the cause then. All calls that ran in the
 * process at that time end with such an exception. {@link #isRolledBack} says what is left.
 *
 * <pre>{@code
 * try {
 *     parser.parse(text);
 * } catch (GuestCrashException crash) {
 *     System.err.println(crash.getMessage());        // SIGSEGV (address not mapped) at address 0x0 in ...
 *     crash.backtrace().forEach(System.err::println);
 *     if (!crash.isRolledBack()) {
 *         reload();
 *     }
 * }
 * }</pre>
 */
public final class GuestCrashException extends TargetException {
    @Serial private static final long serialVersionUID = 1L;

    private final transient Facts facts;

    /**
     * What is known of an end.
     *
     * @param signal the signal by which the process has ended, if it was one
     * @param exitStatus the status that the code has given to {@code exit}, if it has
     * @param address the address that the code could not use, if the signal is about one
     * @param symbol the function that has crashed, if it is known
     * @param backtrace the functions that were running, the innermost first; empty if they are not
     *     known
     * @param isRolledBack whether the process has gone back to its last checkpoint
     */
    public record Facts(
            OptionalInt signal,
            OptionalInt exitStatus,
            OptionalLong address,
            Optional<String> symbol,
            List<String> backtrace,
            boolean isRolledBack) {
        /** Copies the list. */
        public Facts {
            backtrace = List.copyOf(backtrace);
        }
    }

    /**
     * Makes an exception.
     *
     * @param message says how the process has ended, and what is left
     * @param cause what a Java method has thrown, or null
     */
    public GuestCrashException(String message, Throwable cause, Facts facts) {
        super(message, cause, facts.exitStatus);
        this.facts = facts;
    }

    /** Returns the number of the signal, if a signal has ended the process. */
    @Override
    public OptionalInt signal() {
        return facts.signal;
    }

    /** Returns the address that the code could not use, if the signal is about one. */
    public OptionalLong address() {
        return facts.address;
    }

    /** Returns the function that has crashed, if it is known. */
    public Optional<String> symbol() {
        return facts.symbol;
    }

    /**
     * Returns the functions that were running, a line each, the innermost first. It is empty if the
     * end was no crash.
     */
    public List<String> backtrace() {
        return facts.backtrace;
    }

    /**
     * Returns whether the process is as it was at its last checkpoint. Then all dylibs, handles and
     * addresses can be used as before, and variables have the values that they had at that time. If
     * not, everything that was loaded is gone: its handles and dylibs throw, and dylibs that are
     * made from now on are loaded into another process.
     */
    public boolean isRolledBack() {
        return facts.isRolledBack;
    }
}
