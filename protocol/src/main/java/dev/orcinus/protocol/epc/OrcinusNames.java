package dev.orcinus.protocol.epc;

/**
 * The names of the services that executors of Orcinus offer to our loader besides {@linkplain
 * LlvmNames those of LLVM}. They are names of the Setup message.
 */
public final class OrcinusNames {
    /** Reserves room for many objects, near the process's libraries. */
    public static final String RESERVE_SLAB = "orcinus_reserve_slab";

    /**
     * Calls functions one after the other: {@code SPSError (functions, strings)}. They get the
     * strings as {@code argc, argv, envp}, or no arguments if there are none.
     */
    public static final String CALL_FUNCTIONS = "orcinus_call_functions";

    /**
     * Makes a block of thread-local storage: {@code SPSExpected<block> (request, uint32 owners)}.
     * The block has {@code owners} handles: its own and the numbers that follow it.
     */
    public static final String OPEN_THREAD_LOCALS = "orcinus_open_thread_locals";

    /**
     * Takes a block of thread-local storage back: {@code SPSError (handle)}; a handle that is not
     * open is no error.
     */
    public static final String CLOSE_THREAD_LOCALS = "orcinus_close_thread_locals";

    private OrcinusNames() {}
}
