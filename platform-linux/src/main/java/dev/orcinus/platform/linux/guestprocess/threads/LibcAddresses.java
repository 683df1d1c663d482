package dev.orcinus.platform.linux.guestprocess.threads;

import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.linux.Processor;
import dev.orcinus.platform.linux.guestprocess.mailbox.Mailbox;
import dev.orcinus.platform.linux.guestprocess.program.GuestProgram;
import dev.orcinus.platform.spi.HostCallException;
import java.util.EnumMap;
import java.util.Map;

/** The addresses that calls go to: functions of the C library, and parts of the program. */
final class LibcAddresses {
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

    /** Looks all functions up with one request, on the guest's first thread. */
    void find(NativeThread main) throws HostCallException {
        CallList calls = new CallList();
        try (ThreadScratch scratch = main.scratch()) {
            for (Libc function : Libc.values()) {
                calls.add(head.dlsym(), 0, scratch.put(function.symbol()).value());
            }
            calls.add(head.dlsym(), 0, scratch.put(RUN_DESTRUCTORS).value());
            calls.run(main);
        }
        runDestructors = new ExecutorAddress(calls.result(Libc.values().length));
        for (Libc function : Libc.values()) {
            long found = calls.result(functions.size());
            if (found == 0) {
                throw new HostCallException(
                        "dlsym", 0, "the guest's C library has no " + function.symbol());
            }
            functions.put(function, new ExecutorAddress(found));
        }
    }
}
