package dev.orcinus.platform.linux.guestprocess.threads;

import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.linux.Processor;
import dev.orcinus.platform.linux.guestprocess.mailbox.Mailbox;
import dev.orcinus.platform.linux.guestprocess.program.GuestProgram;
import dev.orcinus.platform.spi.HostCallException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/** The addresses that calls go to: functions of the C library, and parts of the program. */
final class LibcAddresses {
    /**
     * Functions of which the program's own are called, as what they give is passed on to its code,
     * or comes from that.
     */
    private static final Set<Libc> OF_PROGRAM = Set.of(Libc.MALLOC, Libc.FREE, Libc.PTHREAD_CREATE);

    /** The function of glibc that a thread calls at its end. */
    private static final String RUN_DESTRUCTORS = "__call_tls_dtors";

    private final Processor processor;
    private final Mailbox.Head head;
    private final Map<Libc, ExecutorAddress> functions;
    private final Map<GuestProgram, ExecutorAddress> parts = new EnumMap<>(GuestProgram.class);
    private ExecutorAddress runDestructors;

    private LibcAddresses(
            Processor processor,
            Mailbox.Head head,
            Map<Libc, ExecutorAddress> functions,
            ExecutorAddress runDestructors) {
        this.head = head;
        this.functions = functions;
        this.runDestructors = runDestructors;
        this.processor = processor;
        for (GuestProgram part : GuestProgram.values()) {
            parts.put(part, head.code().plus(part.offset(processor)));
        }
    }

    /** The addresses in a process whose functions have not been looked up. */
    LibcAddresses(Processor processor, Mailbox.Head head) {
        this(processor, head, new EnumMap<>(Libc.class), ExecutorAddress.NULL);
    }

    /**
     * Returns the addresses in a process that has started again. Functions of the C library are the
     * same as before, although its libraries may replace them: these may not be initialized yet,
     * and do not expect our calls.
     */
    LibcAddresses inSuccessor(
            Mailbox.Head ofSuccessor, Function<ExecutorAddress, Optional<ExecutorAddress>> moved) {
        Map<Libc, ExecutorAddress> known = new EnumMap<>(Libc.class);
        functions.forEach(
                (function, address) -> {
                    if (!OF_PROGRAM.contains(function)) {
                        moved.apply(address).ifPresent(place -> known.put(function, place));
                    }
                });
        Mailbox.Head next =
                moved.apply(head.dlsym()).map(ofSuccessor::withDlsym).orElse(ofSuccessor);
        return new LibcAddresses(processor, next, known, ExecutorAddress.NULL);
    }

    /** Returns the addresses in a process that has been forked off this one. */
    LibcAddresses inFork(Mailbox.Head ofFork) {
        return new LibcAddresses(processor, ofFork, functions, runDestructors);
    }

    ExecutorAddress of(GuestProgram part) {
        return parts.get(part);
    }

    ExecutorAddress of(Libc function) {
        return functions.get(function);
    }

    /** Returns the function that runs the destructors of a thread's thread-locals; null if none. */
    ExecutorAddress runDestructors() {
        return runDestructors;
    }

    Mailbox.Head head() {
        return head;
    }

    /** Looks up, with one request on the guest's first thread, all functions that are not known. */
    void find(NativeThread main) throws HostCallException {
        List<Libc> unknown = new ArrayList<>(EnumSet.allOf(Libc.class));
        unknown.removeAll(functions.keySet());
        CallList calls = new CallList();
        try (ThreadScratch scratch = main.scratch()) {
            for (Libc function : unknown) {
                calls.add(head.dlsym(), 0, scratch.put(function.symbol()).value());
            }
            calls.add(head.dlsym(), 0, scratch.put(RUN_DESTRUCTORS).value());
            calls.run(main);
        }
        runDestructors = new ExecutorAddress(calls.result(unknown.size()));
        for (int i = 0; i < unknown.size(); i++) {
            if (calls.result(i) == 0) {
                throw new HostCallException(
                        "dlsym", 0, "the guest's C library has no " + unknown.get(i).symbol());
            }
            functions.put(unknown.get(i), new ExecutorAddress(calls.result(i)));
        }
    }
}
