package dev.orcinus.loader.graph;

import java.util.Map;

/**
 * A block of thread-local storage of the process's dynamic linker. Each thread has a copy of it.
 *
 * @param module its module id, as {@code __tls_get_addr} takes it
 * @param threadPointerOffset its start as an offset in bytes from the thread pointer; it is valid
 *     only if the block is in static TLS
 * @param descriptors TLS descriptors by the variable's offset in the block
 */
public record TlsBlock(long module, long threadPointerOffset, Map<Long, Descriptor> descriptors) {
    /** The block of a graph without thread-local variables. */
    public static final TlsBlock NONE = new TlsBlock(0, 0, Map.of());

    /**
     * A TLS descriptor.
     *
     * @param function the address of the function to call, the first word
     * @param argument the argument of that function, the second word
     */
    public record Descriptor(long function, long argument) {}
}
