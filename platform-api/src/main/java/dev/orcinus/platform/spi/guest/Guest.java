package dev.orcinus.platform.spi.guest;

import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.Triple;
import dev.orcinus.platform.spi.HostCallException;
import java.util.List;

/**
 * The place where guest code lives and runs. Its addresses are those of its own process, which may
 * be another one than that of the caller. All services may be called from any thread.
 *
 * <p>A call into the guest that finds it gone says so by its {@link CallOutcome}; everything else
 * throws {@link GuestGoneException} then.
 */
public interface Guest {
    /**
     * The target triple of code that it can run, as LLVM spells it: {@code x86_64-pc-linux-gnu}.
     */
    Triple triple();

    /** Its pages: mapped, filled, published, copied. */
    GuestMemory memory();

    /** Its shared libraries and their symbols. */
    GuestLibraries libraries();

    /** Calls into it. Nobody but the runtime's {@code GuestCalls} may use this. */
    GuestInvoker invoker();

    /**
     * Gives functions written in Java addresses that guest code can call, on any of its threads.
     * Guest code reaches them by their indices in one table, whoever carries the call. They stay
     * for the life of the guest.
     *
     * @return the addresses, in the order of {@code functions}
     */
    List<ExecutorAddress> export(List<ExportedFunction> functions) throws HostCallException;

    /** Its unwinder's registry of {@code .eh_frame} sections. */
    GuestUnwinder unwinder();

    /** Thread-local storage of linked code. */
    GuestThreadLocals threadLocals();

    /** GDB's JIT interface. */
    GuestDebugger debugger();

    /** The process that it lives in: C library, threads, end. */
    GuestProcess process();
}
