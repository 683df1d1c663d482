package dev.orcinus.platform.spi;

import dev.orcinus.platform.Triple;

/** The services of one host operating system. All of them may be called from any thread. */
public interface Host {
    /**
     * The target triple of code that this process can run, as LLVM spells it: {@code
     * x86_64-pc-linux-gnu}.
     */
    Triple triple();

    /** Pages, protections, shared memory. */
    HostMemory memory();

    /** Shared libraries and the symbols of this process. */
    HostLibraries libraries();

    /** Calls from Java into native code, and native addresses for Java methods. */
    HostCalls calls();

    /** The unwinder's registry of {@code .eh_frame} sections. */
    HostUnwinder unwinder();

    /** Thread-local storage of linked code. */
    HostThreadLocals threadLocals();

    /** GDB's JIT interface. */
    HostDebugger debugger();

    /** Descriptors, sockets, and the peers behind them. */
    HostChannels channels();

    /** This process: its id, its stdio, its guest threads. */
    HostProcess process();
}
