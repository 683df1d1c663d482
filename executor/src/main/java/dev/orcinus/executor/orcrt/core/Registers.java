package dev.orcinus.executor.orcrt.core;

import dev.orcinus.platform.AddressRange;
import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.spi.HostMemory;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * The arguments of a C function, as the archive's code has put them on the stack: six registers,
 * the frame pointer, the return address. Valid during the call.
 */
public final class Registers {
    private static final int RETURN_ADDRESS = 7;
    private static final int COUNT = 8;
    private static final long LONGEST_TEXT_BYTES = 1L << 31;

    private final HostMemory memory;
    private final MemorySegment words;

    Registers(HostMemory memory, ExecutorAddress address) {
        this.memory = memory;
        this.words = memory.view(AddressRange.of(address, COUNT * Long.BYTES));
    }

    /** An integer or pointer argument, from 0. */
    public long number(int index) {
        return words.getAtIndex(ValueLayout.JAVA_LONG, index);
    }

    /** A pointer argument, from 0. */
    public ExecutorAddress address(int index) {
        return new ExecutorAddress(number(index));
    }

    /** A {@code const char *} argument; trusted, as C functions trust it. */
    public String text(int index) {
        return textAt(address(index));
    }

    private String textAt(ExecutorAddress text) {
        return memory.view(AddressRange.of(text, LONGEST_TEXT_BYTES)).getString(0);
    }

    /** The texts of a {@code char **} argument. */
    public String[] texts(int index, int count) {
        MemorySegment pointers =
                memory.view(AddressRange.of(address(index), (long) count * Long.BYTES));
        String[] texts = new String[count];
        for (int i = 0; i < count; i++) {
            long pointer = pointers.getAtIndex(ValueLayout.JAVA_LONG, i);
            texts[i] = textAt(new ExecutorAddress(pointer));
        }
        return texts;
    }

    /** Where the caller goes on. */
    public ExecutorAddress returnAddress() {
        return address(RETURN_ADDRESS);
    }
}
