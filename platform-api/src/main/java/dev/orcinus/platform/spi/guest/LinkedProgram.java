package dev.orcinus.platform.spi.guest;

import dev.orcinus.platform.AddressRange;
import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.MemProt;
import java.util.List;

/**
 * What the dynamic linker is told of a linked program.
 *
 * @param name its name, as its first argument has it
 * @param segments its memory
 * @param symbols those that libraries may refer to
 * @param comesFirst whether libraries that are opened later find its symbols before those of other
 *     libraries
 * @param frames its functions with unwind info, in any order
 */
public record LinkedProgram(
        String name,
        List<Segment> segments,
        List<Symbol> symbols,
        boolean comesFirst,
        List<Frame> frames) {
    /** Copies the lists. */
    public LinkedProgram {
        segments = List.copyOf(segments);
        symbols = List.copyOf(symbols);
        frames = List.copyOf(frames);
    }

    /** A part of its memory. */
    public record Segment(AddressRange range, MemProt prot) {}

    /** A symbol that it defines. */
    public record Symbol(
            String name, ExecutorAddress address, long sizeBytes, boolean isFunction) {}

    /**
     * A function.
     *
     * @param function its address
     * @param record the address of its FDE
     */
    public record Frame(ExecutorAddress function, ExecutorAddress record) {}
}
