package dev.orcinus.daemon.worker;

import java.util.List;
import jnr.constants.platform.Signal;

/**
 * The way in which a process ended, from {@code waitpid}'s status.
 *
 * @param code the exit status, or -1 if a signal ended it
 * @param signal the signal that ended it, or 0
 */
public record ExitStatus(int code, int signal) {
    private static final int SIGNAL_MASK = 0x7f;

    static ExitStatus ofWait(int status) {
        int signal = status & SIGNAL_MASK;
        return signal == 0 ? new ExitStatus(status >> 8 & 0xff, 0) : new ExitStatus(-1, signal);
    }

    /** Returns the signal's name, as in {@code SIGSEGV}; systems number some differently. */
    static String signalName(int number) {
        for (Signal signal : Named.SIGNALS) {
            if (signal.defined() && signal.intValue() == number) {
                return signal.name();
            }
        }
        return "signal " + number;
    }

    @Override
    public String toString() {
        return signal == 0 ? "exit status " + code : signalName(signal);
    }

    /** Loads JNR's tables when the first name is asked for, which takes a while. */
    private static final class Named {
        static final List<Signal> SIGNALS =
                List.of(
                        Signal.SIGHUP,
                        Signal.SIGINT,
                        Signal.SIGQUIT,
                        Signal.SIGILL,
                        Signal.SIGTRAP,
                        Signal.SIGABRT,
                        Signal.SIGBUS,
                        Signal.SIGFPE,
                        Signal.SIGKILL,
                        Signal.SIGSEGV,
                        Signal.SIGPIPE,
                        Signal.SIGALRM,
                        Signal.SIGTERM,
                        Signal.SIGXCPU,
                        Signal.SIGSYS);

        private Named() {}
    }
}
