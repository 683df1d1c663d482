package dev.orcinus.platform.linux.guestprocess.policy;

import dev.orcinus.bindings.linux.Audit;
import dev.orcinus.bindings.linux.LinuxErrno;
import dev.orcinus.bindings.posix.Errno;
import dev.orcinus.platform.linux.Processor;

/**
 * The filter of system calls of a strict policy. Calls of another kind than the processor's own
 * (those of 32-bit programs, x32) fail, and so do calls that are newer than this list: nobody has
 * looked at them.
 */
final class StrictFilter {
    /** {@code mseal} has the highest number of the calls that the list has been made from. */
    private static final int FIRST_UNKNOWN = 463;

    /** Set in the numbers of x32, whose calls the kernel takes for calls of x86-64. */
    private static final int X32_BIT = 0x40000000;

    private static final int CLONE3 = 435;

    /** {@code CLONE_NEW*}: namespaces, in which a process has rights that it has not outside. */
    private static final int NAMESPACES = 0x7e020000;

    private static final int TIOCSTI = 0x5412;
    private static final int TIOCLINUX = 0x541c;

    private StrictFilter() {}

    /** Returns the filter. */
    static FilterCode of(Processor processor) {
        FilterCode code = new FilterCode();
        code.loadArchitecture();
        code.failUnlessEqual(architecture(processor), Errno.EPERM);
        code.loadNumber();
        if (processor == Processor.X86_64) {
            code.failFrom(X32_BIT, Errno.EPERM);
        }
        code.failFrom(FIRST_UNKNOWN, LinuxErrno.ENOSYS);
        code.failIfEqual(CLONE3, LinuxErrno.ENOSYS); // its flags lie in memory; the libc falls back
        for (StrictCall call : StrictCall.values()) {
            if (call.number(processor) >= 0) {
                code.failIfEqual(call.number(processor), Errno.EPERM);
            }
        }
        code.onlyFor(clone(processor), () -> failForNamespaces(code));
        code.onlyFor(ioctl(processor), () -> failForTerminalInput(code));
        code.onlyFor(prlimit(processor), () -> failForOthers(code));
        code.allow();
        return code;
    }

    private static void failForNamespaces(FilterCode code) {
        code.loadArgument(0);
        code.failIfAny(NAMESPACES, Errno.EPERM);
    }

    /** Input that a process has put into its terminal is read by the user's shell. */
    private static void failForTerminalInput(FilterCode code) {
        code.loadArgument(1);
        code.failIfEqual(TIOCSTI, Errno.EPERM);
        code.failIfEqual(TIOCLINUX, Errno.EPERM);
    }

    /** Limits of other processes; 0 is the process itself. */
    private static void failForOthers(FilterCode code) {
        code.loadArgument(0);
        code.failUnlessEqual(0, Errno.EPERM);
    }

    private static long architecture(Processor processor) {
        return switch (processor) {
            case X86_64 -> Audit.AUDIT_ARCH_X86_64;
            case AARCH64 -> Audit.AUDIT_ARCH_AARCH64;
        };
    }

    private static int clone(Processor processor) {
        return switch (processor) {
            case X86_64 -> 56;
            case AARCH64 -> 220;
        };
    }

    private static int ioctl(Processor processor) {
        return switch (processor) {
            case X86_64 -> 16;
            case AARCH64 -> 29;
        };
    }

    private static int prlimit(Processor processor) {
        return switch (processor) {
            case X86_64 -> 302;
            case AARCH64 -> 261;
        };
    }
}
