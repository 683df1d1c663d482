package dev.orcinus.tests.controller;

import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.MemProt;
import dev.orcinus.protocol.sps.SpsWriter;
import dev.orcinus.tests.llvm.Fixtures;
import java.io.IOException;
import java.nio.file.Files;

/**
 * The functions of {@code guest.c}, loaded into an executor's memory.
 *
 * @param base their address
 */
public record GuestCode(ExecutorAddress base) {
    private static final int SLOT_BYTES = 16;

    /** The functions, each with its slot in the table at the code's start. */
    public enum Function {
        /** {@code int (int)}: returns twice the argument. */
        TWICE(0),
        /** {@code int (void)}: returns 42. */
        ANSWER(1),
        /** Calls the controller. Arguments: {@link GuestCode#callback}, then bytes for it. */
        CALL_BACK(2),
        /**
         * Does the same, and prints an out-of-band error. Arguments: {@link GuestCode#callback},
         * {@code puts}, {@code free}, then bytes.
         */
        CALL_BACK_AND_PRINT_ERROR(3),
        /**
         * Calls the controller from threads. Arguments: {@link GuestCode#callback}, {@code
         * pthread_create}, {@code pthread_join}, the number of threads, the calls of each.
         */
        CALL_BACK_FROM_THREADS(4),
        /**
         * Is an allocation action. Arguments: the log's address, the entry to append to it, whether
         * to fail.
         */
        APPEND(5),
        /** Calls the controller, then crashes. Arguments: {@link GuestCode#callback}. */
        CALL_BACK_AND_CRASH(6),
        /**
         * Registers a destructor of a thread-local of the thread, which calls the controller, and
         * crashes if it is told to, or gets a result. Arguments: {@code __cxa_thread_atexit_impl},
         * the address of {@link GuestCode#callback} and the number 0 or 1, whether to crash.
         */
        AT_THREAD_END(7),
        /** Registers an at-exit function that crashes. Arguments: {@code atexit}. */
        AT_EXIT(8);

        private final int slot;

        Function(int slot) {
            this.slot = slot;
        }
    }

    /** Loads the code into an executor. */
    public static GuestCode load(Controller controller, Services services) throws IOException {
        byte[] code = Files.readAllBytes(Fixtures.get("guest.bin"));
        long sizeBytes = controller.setup().pageSizeBytes();
        ExecutorAddress base = Services.value(services.reserve(sizeBytes));
        Services.value(
                services.initialize(Memory.request(MemProt.READ_EXEC, base, sizeBytes, code)));
        return new GuestCode(base);
    }

    /** Returns the address of a function. */
    public ExecutorAddress at(Function function) {
        return base.plus((long) function.slot * SLOT_BYTES);
    }

    /**
     * Returns arguments that begin with a callback: the dispatch function, its context, and the
     * controller's tag.
     */
    public static SpsWriter callback(Controller controller, ExecutorAddress tag) {
        return new SpsWriter()
                .writeAddress(controller.symbol("__llvm_orc_SimpleRemoteEPC_dispatch_fn"))
                .writeAddress(controller.symbol("__llvm_orc_SimpleRemoteEPC_dispatch_ctx"))
                .writeAddress(tag);
    }
}
