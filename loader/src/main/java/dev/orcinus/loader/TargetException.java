package dev.orcinus.loader;

import java.util.OptionalInt;

/**
 * The process that code is loaded into has refused a request, or it has ended. Also, a Java method
 * that the code has called in an initializer, a finalizer or {@code main} has thrown the cause.
 *
 * <pre>{@code
 * try (RemoteJit jit = Jit.launch(List.of("orcinus"))) {
 *     run(jit);
 * } catch (TargetException e) {
 *     e.exitStatus().ifPresent(status -> System.err.println("it has ended with " + status));
 * }
 * }</pre>
 */
public sealed class TargetException extends LinkException permits GuestCrashException {
    private static final long serialVersionUID = 1L;

    /** The exit status of a process that a signal has ended is this and the signal's number. */
    private static final int SIGNALED = 128;

    private static final int LAST_SIGNAL = 64;

    private final transient OptionalInt exitStatus;

    /**
     * Makes an exception for a refusal.
     *
     * @param message the request, the process it was sent to, and the reply
     * @param cause the cause, or null
     */
    public TargetException(String message, Throwable cause) {
        this(message, cause, OptionalInt.empty());
    }

    /**
     * Makes an exception for the end of a process.
     *
     * @param message the request, and the process it was sent to
     * @param cause the cause, or null
     * @param exitStatus the exit status of the process, if it is known
     */
    public TargetException(String message, Throwable cause, OptionalInt exitStatus) {
        super(message, cause);
        this.exitStatus = exitStatus;
    }

    /**
     * Returns the number of the signal that has ended the process, such as 9 for {@code SIGKILL}.
     * It is present only if the process was started for this session and a signal has ended it.
     */
    public OptionalInt signal() {
        return signalIn(exitStatus);
    }

    /** Returns the number of a signal that an exit status of {@link Process#exitValue} tells. */
    public static OptionalInt signalIn(OptionalInt exitStatus) {
        int signal = exitStatus.orElse(0) - SIGNALED;
        return signal > 0 && signal <= LAST_SIGNAL ? OptionalInt.of(signal) : OptionalInt.empty();
    }

    /**
     * Returns the exit status of the process, as {@link Process#exitValue} returns it. It is
     * present only if the process was started for this session and has ended.
     */
    public OptionalInt exitStatus() {
        return exitStatus;
    }
}
