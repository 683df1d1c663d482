package dev.orcinus.platform.spi.guest;

import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.Triple;
import dev.orcinus.platform.spi.HostCallException;
import java.util.List;

/**
 * The place where guest code lives and runs. Its addresses are those of its own process, which need
 * not be the caller's. All services may be called from any thread.
 *
 * <p>When the guest is gone, a call into it returns a {@link CallOutcome} that says so, and every
 * other method throws {@link GuestGoneException}.
 */
public interface Guest {
    /**
     * Returns the target triple of code that it can run, as LLVM spells it: {@code
     * x86_64-pc-linux-gnu}.
     */
    Triple triple();

    /** Returns its memory: pages are mapped, filled, published and copied. */
    GuestMemory memory();

    /** Returns its shared libraries and their symbols. */
    GuestLibraries libraries();

    /** Returns the calls into it. Only the runtime's {@code GuestCalls} may use them. */
    GuestInvoker invoker();

    /**
     * Gives functions written in Java addresses that guest code can call, on any of its threads.
     * Each function has an index in one table, which a call carries. The addresses stay valid for
     * the life of the guest.
     *
     * @return the addresses, in the order of {@code functions}
     */
    List<ExecutorAddress> export(List<ExportedFunction> functions) throws HostCallException;

    /** Returns its unwinder's registry of {@code .eh_frame} sections. */
    GuestUnwinder unwinder();

    /** Returns the thread-local storage of linked code. */
    GuestThreadLocals threadLocals();

    /** Returns GDB's JIT interface. */
    GuestDebugger debugger();

    /** Returns the process that it lives in: its C library, threads and end. */
    GuestProcess process();
}
