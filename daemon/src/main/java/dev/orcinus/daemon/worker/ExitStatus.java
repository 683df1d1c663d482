package dev.orcinus.daemon.worker;

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

    /** Returns the signal's name, as in {@code SIGSEGV}. */
    static String signalName(int number) {
        return switch (number) {
            case 1 -> "SIGHUP";
            case 2 -> "SIGINT";
            case 3 -> "SIGQUIT";
            case 4 -> "SIGILL";
            case 5 -> "SIGTRAP";
            case 6 -> "SIGABRT";
            case 7 -> "SIGBUS";
            case 8 -> "SIGFPE";
            case 9 -> "SIGKILL";
            case 11 -> "SIGSEGV";
            case 13 -> "SIGPIPE";
            case 14 -> "SIGALRM";
            case 15 -> "SIGTERM";
            case 24 -> "SIGXCPU";
            case 31 -> "SIGSYS";
            default -> "signal " + number;
        };
    }

    @Override
    public String toString() {
        return signal == 0 ? "exit status " + code : signalName(signal);
    }
}
