package dev.orcinus.loader.format.macho;

import dev.orcinus.formats.MalformedFileException;
import dev.orcinus.formats.macho.MachO;
import dev.orcinus.formats.macho.MachSection;
import dev.orcinus.loader.graph.Symbol;

/**
 * The descriptors of thread-local variables ({@code S_THREAD_LOCAL_VARIABLES}). Each consists of
 * three words: the function that code calls for the variable's address, a word for the dynamic
 * linker, and the place of the variable's initial value. In memory, the second and the third word
 * are a TLS descriptor, which the function uses.
 */
final class ThreadLocalDescriptors {
    /** The length of a descriptor. */
    static final int BYTES = 24;

    private static final int VARIABLE = 16;
    private static final int TLS_DESCRIPTOR = 8;

    private ThreadLocalDescriptors() {}

    /** Returns whether a section consists of descriptors. */
    static boolean are(MachSection section) {
        return section.type() == MachO.S_THREAD_LOCAL_VARIABLES;
    }

    /** Returns whether a relocation gives the place of a variable. */
    static boolean isVariable(RelocationCursor at, MachSection section) {
        return (at.address() - section.address()) % BYTES == VARIABLE;
    }

    /**
     * Adds the edge that writes the TLS descriptor of a variable.
     *
     * @param at is at a pointer to the variable's initial value
     */
    static void add(RelocationCursor at, MachOMachine machine) throws MalformedFileException {
        at.requireForm(false, Long.BYTES);
        RelocationCursor.Target target =
                at.relocation().isExternal()
                        ? new RelocationCursor.Target(at.symbol(), at.stored())
                        : at.targetAt(at.stored());
        int offset = at.offset() - VARIABLE + TLS_DESCRIPTOR;
        if (offset < 0) {
            throw at.malformed("is in a descriptor that is divided by a symbol");
        }
        at.block().raiseAlignment(Long.BYTES); // compilers leave sections of them at any address
        at.block().addEdge(machine.architecture().tlsDescriptor(), offset, variable(at, target), 0);
    }

    private static Symbol variable(RelocationCursor at, RelocationCursor.Target target)
            throws MalformedFileException {
        Symbol symbol = target.symbol();
        if (!symbol.isThreadLocal()) {
            throw at.malformed("refers to %s, which is not thread-local".formatted(symbol));
        }
        long offset = symbol.offset() + target.addend();
        if (offset < 0 || offset > symbol.block().sizeBytes()) {
            throw at.malformed(
                    "refers to a place outside of the block of %s, at 0x%x"
                            .formatted(symbol, offset));
        }
        return target.addend() == 0 ? symbol : at.graph().define("", symbol.block(), offset, 0);
    }
}
