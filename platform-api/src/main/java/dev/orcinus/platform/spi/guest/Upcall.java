package dev.orcinus.platform.spi.guest;

import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.WrapperFunctionResult;
import java.lang.foreign.MemorySegment;

/** A call of an {@link ExportedFunction} by guest code, while it is being served. */
public interface Upcall {
    /**
     * Returns the value of a register for integer and pointer arguments.
     *
     * @param index from 0 to 3
     */
    long argument(int index);

    /** Returns an argument that is a pointer. */
    default ExecutorAddress address(int index) {
        return new ExecutorAddress(argument(index));
    }

    /**
     * Returns bytes that an argument points to, which guest code vouches for.
     *
     * @return the bytes, or a copy of them; valid during the call only
     */
    MemorySegment bytes(ExecutorAddress address, long sizeBytes);

    /** Sets the result of a function that returns an integer or a pointer. */
    void returns(long value);

    /**
     * Tells whom the guest's calls concern of a failure that the caller does not see, in a line.
     * Without anybody else, this is standard error.
     */
    default void report(String failure) {
        System.err.println("orcinus: " + failure);
    }

    /** Sets the result of a wrapper function. Guest code frees the C heap memory of a large one. */
    void returns(WrapperFunctionResult value);
}
