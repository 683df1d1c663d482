package dev.orcinus.platform.linux;

import static dev.orcinus.bindings.linux.LinuxSignal.SA_ONSTACK;
import static dev.orcinus.bindings.linux.LinuxSignal.SIGBUS;
import static dev.orcinus.bindings.linux.LinuxSignal.Sigaction.SA_FLAGS;
import static dev.orcinus.bindings.linux.LinuxSignal.Sigaction.SA_SIGACTION;
import static dev.orcinus.bindings.posix.Signal.SIGFPE;
import static dev.orcinus.bindings.posix.Signal.SIGILL;
import static dev.orcinus.bindings.posix.Signal.SIGSEGV;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.orcinus.bindings.foreign.ErrnoState;
import dev.orcinus.bindings.foreign.UpcallTable;
import dev.orcinus.bindings.linux.LinuxSignal;
import dev.orcinus.bindings.posix.Signal;
import dev.orcinus.platform.AddressRange;
import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.linux.errno.Failure;
import dev.orcinus.platform.posix.CodePages;
import dev.orcinus.platform.spi.HostCallException;
import dev.orcinus.platform.spi.guest.GuestMemory;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Set;

/**
 * HotSpot's handlers of faults, changed in two ways. They run on the thread's signal stack if it
 * has one. And when they report a crash of guest code, their report goes to standard error, because
 * standard output is the guest's: no flag of HotSpot does that. Faults in HotSpot's own code, by
 * which it finds null pointers and stops threads, reach it as before.
 */
final class FaultHandlers {
    private static final int[] SIGNALS = {SIGSEGV, SIGBUS, SIGILL, SIGFPE};

    /** The code cache is one reservation, of which a part is in use. */
    private static final Set<String> CODE_CACHE = Set.of("rwxp", "---p");

    private static final String JVM_LIBRARY = "libjvm.so";

    private static boolean installed;

    private final GuestMemory memory;
    private final Processor processor;

    FaultHandlers(GuestMemory memory, Processor processor) {
        this.memory = memory;
        this.processor = processor;
    }

    /** Changes the handlers of this process, once. */
    void install() throws HostCallException {
        synchronized (FaultHandlers.class) {
            if (!installed) {
                installAll();
                installed = true;
            }
        }
    }

    private void installAll() throws HostCallException {
        try (Arena arena = Arena.ofConfined()) {
            ErrnoState state = new ErrnoState(arena);
            MemorySegment action = arena.allocate(LinuxSignal.Sigaction.SIZEOF, Long.BYTES);
            get(state, SIGSEGV, action);
            long handler = action.get(JAVA_LONG, SA_SIGACTION);
            long filter = filter(handler);
            for (int signal : SIGNALS) {
                get(state, signal, action);
                action.set(JAVA_INT, SA_FLAGS, action.get(JAVA_INT, SA_FLAGS) | SA_ONSTACK);
                if (action.get(JAVA_LONG, SA_SIGACTION) == handler) {
                    action.set(JAVA_LONG, SA_SIGACTION, filter);
                }
                if (Signal.sigaction(state, signal, action, MemorySegment.NULL) != 0) {
                    throw Failure.of("sigaction(" + signal + ", SA_ONSTACK)", state);
                }
            }
        }
    }

    private static void get(ErrnoState state, int signal, MemorySegment action)
            throws HostCallException {
        if (Signal.sigaction(state, signal, MemorySegment.NULL, action) != 0) {
            throw Failure.of("sigaction(" + signal + ")", state);
        }
    }

    /**
     * Returns the address of the filter in front of {@code handler}; {@code handler} itself if
     * HotSpot's code is not found.
     */
    private long filter(long handler) throws HostCallException {
        MemoryMaps maps = MemoryMaps.read();
        AddressRange library = maps.rangeOf(JVM_LIBRARY);
        AddressRange codeCache =
                maps.runAround(new ExecutorAddress(UpcallTable.stub()), CODE_CACHE);
        if (library.isEmpty() || codeCache.isEmpty()) {
            return handler;
        }
        return CodePages.install(memory, FaultFilter.of(processor, handler, codeCache, library));
    }
}
