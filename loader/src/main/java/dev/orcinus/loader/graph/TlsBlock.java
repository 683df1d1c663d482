package dev.orcinus.loader.graph;

import java.util.Map;

/**
 * A block of thread-local storage, as the process's dynamic linker has it: each thread has a copy.
 *
 * @param module its module id, as {@code __tls_get_addr} takes it
 * @param threadPointerOffset where it starts, from the thread pointer; means something only if the
 *     block is in static TLS
 * @param descriptors the two words of a TLS descriptor, by offset in the block
 */
public record TlsBlock(long module, long threadPointerOffset, Map<Long, Descriptor> descriptors) {
    /** Of a graph without thread-local variables. */
    public static final TlsBlock NONE = new TlsBlock(0, 0, Map.of());

    /**
     * A TLS descriptor.
     *
     * @param function what to call
     * @param argument what it needs to know
     */
    public record Descriptor(long function, long argument) {}
}
