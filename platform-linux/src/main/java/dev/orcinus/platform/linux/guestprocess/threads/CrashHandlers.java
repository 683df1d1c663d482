package dev.orcinus.platform.linux.guestprocess.threads;

import static dev.orcinus.bindings.linux.LinuxSignal.SA_ONSTACK;

import dev.orcinus.bindings.linux.LinuxSignal.Sigaction;
import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.linux.errno.Failure;
import dev.orcinus.platform.spi.HostCallException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** The handlers of signals by which a process crashes: they tell this process. */
final class CrashHandlers {
    private static final int SA_SIGINFO = 4;

    /** SIGILL, SIGTRAP, SIGABRT, SIGBUS, SIGFPE, SIGSEGV and SIGSYS. */
    private static final int[] SIGNALS = {4, 5, 6, 7, 8, 11, 31};

    private CrashHandlers() {}

    /** Installs the handlers, and gives the first thread a signal stack. */
    static void install(NativeThread main, ExecutorAddress handler) throws HostCallException {
        ThreadStarter.giveSignalStack(main);
        MemorySegment action = MemorySegment.ofArray(new long[(int) Sigaction.SIZEOF / 8]);
        action.set(ValueLayout.JAVA_LONG, Sigaction.SA_SIGACTION, handler.value());
        action.set(ValueLayout.JAVA_INT, Sigaction.SA_FLAGS, SA_SIGINFO | SA_ONSTACK);
        try (ThreadScratch scratch = main.scratch()) {
            long at = scratch.put(action).value();
            CallList calls = new CallList();
            for (int signal : SIGNALS) {
                calls.addOrStop(main.guest().addresses().of(Libc.SIGACTION), signal, at, 0);
            }
            if (!calls.run(main)) {
                throw Failure.of("sigaction in the guest", calls.errno());
            }
        }
    }
}
