package dev.orcinus.executor.orcrt.core;

import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.spi.guest.GuestMemory;
import dev.orcinus.runtime.guest.GuestReader;
import java.nio.charset.StandardCharsets;

/**
 * The arguments of a C function, as the archive's code has put them on the guest's stack: six
 * registers, the frame pointer, the return address. Texts are read on demand, and only during the
 * call.
 */
public final class Registers {
    private static final int RETURN_ADDRESS = 7;
    private static final int COUNT = 8;
    private static final long LONGEST_TEXT_BYTES = 1L << 30;

    private final GuestReader reader;
    private final long[] words;

    /**
     * Reads the registers of a call.
     *
     * @param address the address of the first one
     */
    Registers(GuestMemory memory, ExecutorAddress address) {
        this.reader = new GuestReader(memory);
        this.words = words(address, COUNT);
    }

    private long[] words(ExecutorAddress address, int count) {
        return reader.words(address, count).orElseThrow(() -> unreadable(address));
    }

    private static IllegalArgumentException unreadable(ExecutorAddress address) {
        return new IllegalArgumentException("an argument cannot be read at " + address);
    }

    /** Returns an integer or pointer argument; the first has index 0. */
    public long number(int index) {
        return words[index];
    }

    /** Returns a pointer argument; the first has index 0. */
    public ExecutorAddress address(int index) {
        return new ExecutorAddress(number(index));
    }

    /** Returns a {@code const char *} argument. */
    public String text(int index) {
        return textAt(address(index));
    }

    private String textAt(ExecutorAddress text) {
        byte[] bytes = reader.text(text, LONGEST_TEXT_BYTES).orElseThrow(() -> unreadable(text));
        return new String(bytes, StandardCharsets.UTF_8);
    }

    /** Returns the texts of a {@code char **} argument. */
    public String[] texts(int index, int count) {
        long[] pointers = words(address(index), count);
        String[] texts = new String[count];
        for (int i = 0; i < count; i++) {
            texts[i] = textAt(new ExecutorAddress(pointers[i]));
        }
        return texts;
    }

    /** Returns the return address of the call. */
    public ExecutorAddress returnAddress() {
        return address(RETURN_ADDRESS);
    }
}
