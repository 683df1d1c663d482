package dev.orcinus.runtime.dylib;

import dev.orcinus.platform.AddressRange;
import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.spi.HostMemory;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;

/**
 * Calls the functions of recorded sections, on the calling thread. Pointers are read one by one, as
 * a function may change those after its own.
 */
final class GuestFunctions {
    private static final ValueLayout.OfLong POINTER = ValueLayout.JAVA_LONG_UNALIGNED;

    /** {@code (void *) -1}: stands for "no function" in {@code .ctors}. */
    private static final ExecutorAddress NOT_THERE = new ExecutorAddress(-1);

    private final HostMemory memory;
    private final Caller caller;

    /** Calls {@code void f(void *)}. */
    @FunctionalInterface
    public interface Caller {
        /** Calls it on this thread. */
        void call(ExecutorAddress function, ExecutorAddress argument);
    }

    GuestFunctions(HostMemory memory, Caller caller) {
        this.memory = memory;
        this.caller = caller;
    }

    /**
     * Runs a section, without arguments.
     *
     * @throws DylibException if it cannot be read, or holds the address of what is no code; the
     *     functions before that have run
     */
    void run(FunctionSection section) throws DylibException {
        long count = count(section.range());
        for (long i = 0; i < count; i++) {
            long index = section.lastFirst() ? count - 1 - i : i;
            ExecutorAddress slot = section.range().start().plus(index * Long.BYTES);
            ExecutorAddress function = pointerAt(slot, section);
            if (!function.isNull() && !function.equals(NOT_THERE)) {
                requireCode(function, slot, section);
                caller.call(function, ExecutorAddress.NULL);
            }
        }
    }

    /** Runs sections, one after the other. */
    void run(List<FunctionSection> sections) throws DylibException {
        for (FunctionSection section : sections) {
            run(section);
        }
    }

    /** Those that a function registers while it runs come next. */
    void runAll(AtExitList atExits) {
        for (AtExitList.AtExit next = atExits.take(); next != null; next = atExits.take()) {
            caller.call(next.function(), next.argument());
        }
    }

    private static long count(AddressRange range) throws DylibException {
        if (range.sizeBytes() % Long.BYTES != 0) {
            throw new DylibException(
                    "the section "
                            + range
                            + " of 0x"
                            + Long.toHexString(range.sizeBytes())
                            + " bytes is no array of 8-byte pointers");
        }
        return range.sizeBytes() / Long.BYTES;
    }

    private ExecutorAddress pointerAt(ExecutorAddress slot, FunctionSection section)
            throws DylibException {
        MemorySegment word = MemorySegment.ofArray(new long[1]);
        if (!memory.tryRead(slot, word)) {
            throw new DylibException(
                    "the section " + section.range() + " cannot be read at " + slot);
        }
        return new ExecutorAddress(word.get(POINTER, 0));
    }

    private void requireCode(
            ExecutorAddress function, ExecutorAddress slot, FunctionSection section)
            throws DylibException {
        if (!memory.isExecutable(function)) {
            throw new DylibException(
                    "the section "
                            + section.range()
                            + " holds at "
                            + slot
                            + " the address "
                            + function
                            + ", where no executable memory is");
        }
    }
}
