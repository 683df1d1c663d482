package dev.orcinus.runtime.crash;

import java.util.Map;

/** The names of Linux's signals by which programs end, and of their reasons. */
public final class SignalText {
    private static final int SI_KERNEL = 0x80;

    private static final Map<Integer, String> NAMES =
            Map.ofEntries(
                    Map.entry(1, "SIGHUP"),
                    Map.entry(2, "SIGINT"),
                    Map.entry(3, "SIGQUIT"),
                    Map.entry(4, "SIGILL"),
                    Map.entry(5, "SIGTRAP"),
                    Map.entry(6, "SIGABRT"),
                    Map.entry(7, "SIGBUS"),
                    Map.entry(8, "SIGFPE"),
                    Map.entry(9, "SIGKILL"),
                    Map.entry(11, "SIGSEGV"),
                    Map.entry(13, "SIGPIPE"),
                    Map.entry(14, "SIGALRM"),
                    Map.entry(15, "SIGTERM"),
                    Map.entry(24, "SIGXCPU"),
                    Map.entry(25, "SIGXFSZ"),
                    Map.entry(31, "SIGSYS"));

    /** The meanings of {@code si_code}, from 1 on. */
    private static final Map<Integer, String[]> REASONS =
            Map.of(
                    4,
                    new String[] {
                        "illegal opcode",
                        "illegal operand",
                        "illegal addressing mode",
                        "illegal trap",
                        "privileged opcode",
                        "privileged register",
                        "coprocessor error",
                        "internal stack error"
                    },
                    5,
                    new String[] {"breakpoint", "trace trap"},
                    7,
                    new String[] {
                        "misaligned address", "no such physical address", "hardware error"
                    },
                    8,
                    new String[] {
                        "integer division by zero",
                        "integer overflow",
                        "division by zero",
                        "overflow",
                        "underflow",
                        "inexact result",
                        "invalid operation",
                        "subscript out of range"
                    },
                    11,
                    new String[] {
                        "address not mapped",
                        "access not permitted",
                        "failed bound check",
                        "access denied by protection key"
                    },
                    31,
                    new String[] {"system call not permitted"});

    /** What the end of a process by a signal tells if nothing else is known. */
    private static final Map<Integer, String> ENDS =
            Map.of(
                    1, "its terminal has been closed",
                    2, "it has been interrupted",
                    4, "its code is not valid for this processor",
                    6, "it has called abort",
                    7, "it has used memory that cannot be read, such as a file that has been cut",
                    8, "an arithmetic fault, such as a division by zero",
                    9, "it has been killed, by someone or because memory ran out",
                    11, "it has used memory that is not there",
                    15, "it has been asked to end");

    private SignalText() {}

    /** Returns the name of a signal that has ended a process, and what that usually means. */
    public static String end(int signal) {
        String meaning = ENDS.get(signal);
        return name(signal) + (meaning == null ? "" : " (" + meaning + ")");
    }

    /** Returns the name of a signal. */
    static String name(int signal) {
        return NAMES.getOrDefault(signal, "signal " + signal);
    }

    /** Returns the reason for which a thread has got a signal; empty if the name says all. */
    static String reason(int signal, int code) {
        if (code == SI_KERNEL) {
            return signal == 11 ? "address not allowed" : "";
        }
        if (code <= 0) {
            return signal == 6 ? "" : code == -6 ? "raised" : "sent by a process";
        }
        String[] reasons = REASONS.getOrDefault(signal, new String[0]);
        return code <= reasons.length ? reasons[code - 1] : "code " + code;
    }
}
