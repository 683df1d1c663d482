package dev.orcinus.runtime.dylib;

import dev.orcinus.platform.AddressRange;
import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.GuestEnd;
import dev.orcinus.platform.spi.guest.GuestCall;
import dev.orcinus.platform.spi.guest.GuestMemory;
import dev.orcinus.runtime.guest.GuestCalls;
import dev.orcinus.runtime.guest.NoCodeException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Calls the functions of recorded sections, on the calling thread. Pointers are read one by one, as
 * a function may change those after its own.
 */
final class GuestFunctions {
    private static final ValueLayout.OfLong POINTER = ValueLayout.JAVA_LONG_UNALIGNED;

    /** {@code (void *) -1}: stands for "no function" in {@code .ctors}. */
    private static final ExecutorAddress NOT_THERE = new ExecutorAddress(-1);

    private final GuestMemory memory;
    private final GuestCalls calls;
    private volatile List<String> arguments = List.of();

    GuestFunctions(GuestMemory memory, GuestCalls calls) {
        this.memory = memory;
        this.calls = calls;
    }

    /** Makes initializers get the arguments of a program from now on, its name first. */
    void setArguments(List<String> program) {
        arguments = List.copyOf(program);
    }

    /**
     * Runs the functions of a section. Initializers get {@code argc}, {@code argv} and {@code
     * envp}.
     *
     * @throws DylibException if it cannot be read, or holds an address that is no code; the
     *     functions before that have run
     */
    void run(FunctionSection section) throws DylibException {
        long count = count(section.range());
        for (long i = 0; i < count; i++) {
            long index = section.lastFirst() ? count - 1 - i : i;
            ExecutorAddress slot = section.range().start().plus(index * Long.BYTES);
            ExecutorAddress function = pointerAt(slot, section);
            if (!function.isNull() && !function.equals(NOT_THERE)) {
                call(function, slot, section);
            }
        }
    }

    /** Runs sections, one after the other. */
    void run(List<FunctionSection> sections) throws DylibException {
        for (FunctionSection section : sections) {
            run(section);
        }
    }

    /**
     * Runs at-exit functions. Those that a function registers while it runs come next.
     *
     * @throws DylibException if one cannot be called; all others have been called
     */
    void runAll(AtExitList atExits) throws DylibException {
        List<DylibException> failures = new ArrayList<>();
        for (AtExitList.AtExit next = atExits.take(); next != null; next = atExits.take()) {
            try {
                call(GuestCall.of(next.function(), next.argument().value()));
            } catch (NoCodeException e) {
                failures.add(new DylibException("an at-exit function: " + e.getMessage(), e));
            }
        }
        DylibRunner.throwAll(failures);
    }

    private void call(GuestCall call) throws NoCodeException, DylibException {
        Optional<GuestEnd> end = calls.call(call).end();
        if (end.isPresent()) {
            throw new DylibException(end.get());
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

    private void call(ExecutorAddress function, ExecutorAddress slot, FunctionSection section)
            throws DylibException {
        try {
            call(
                    section.when() == FunctionSection.When.INITIALIZE
                            ? calls.initializer(function, arguments)
                            : GuestCall.of(function));
        } catch (NoCodeException e) {
            throw new DylibException(
                    "the section "
                            + section.range()
                            + " holds at "
                            + slot
                            + " the address "
                            + function
                            + ", where there is no executable memory",
                    e);
        }
    }
}
