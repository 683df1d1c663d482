package dev.orcinus.platform.linux;

import dev.orcinus.bindings.foreign.NativeMemory;
import dev.orcinus.bindings.foreign.UpcallEntry;
import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.spi.HostCallException;
import dev.orcinus.platform.spi.HostMemory;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Java functions with native addresses: one FFM stub, and a few machine instructions per function
 * that enter it with the function's number. Adding is synchronized; calls read a copy-on-write
 * array.
 */
final class ExportTable {
    private static final int SLOT_BYTES = 16;
    private static final int MAX_EXPORTS = 1 << 16;
    private static final long RESULT_BYTES = 16;

    private final HostMemory memory;
    private final Thunks thunks;
    private volatile Export[] exports = {};
    private long stub;

    ExportTable(HostMemory memory, Thunks thunks) {
        this.memory = memory;
        this.thunks = thunks;
    }

    /**
     * Gives functions native addresses.
     *
     * @return the addresses, in the order of {@code added}
     */
    synchronized List<ExecutorAddress> add(List<? extends Export> added) throws HostCallException {
        int first = exports.length;
        if (first + added.size() > MAX_EXPORTS) {
            throw new IllegalStateException(MAX_EXPORTS + " functions are exported already");
        }
        long start = CodePages.install(memory, code(first, added.size()));
        Export[] all = Arrays.copyOf(exports, first + added.size());
        List<ExecutorAddress> addresses = new ArrayList<>(added.size());
        for (int i = 0; i < added.size(); i++) {
            all[first + i] = added.get(i);
            addresses.add(new ExecutorAddress(start + offset(i)));
        }
        exports = all;
        return addresses;
    }

    /** A slot with the stub's address, then a thunk for each function. */
    private byte[] code(int first, int count) {
        ByteBuffer code = ByteBuffer.allocate(offset(count)).order(ByteOrder.LITTLE_ENDIAN);
        code.putLong(0, stub());
        for (int i = 0; i < count; i++) {
            code.put(offset(i), thunks.entry(first + i, -offset(i)));
        }
        return code.array();
    }

    private long stub() {
        if (stub == 0) {
            stub = UpcallEntry.open(this::enter);
        }
        return stub;
    }

    private void enter(long a, long b, long c, long d, long index, long result) {
        exports[(int) index].call(a, b, c, d, NativeMemory.view(result, RESULT_BYTES));
    }

    private static int offset(int i) {
        return SLOT_BYTES + i * Thunks.ENTRY_BYTES;
    }

    /** A function in the table. */
    @FunctionalInterface
    interface Export {
        /**
         * Runs it.
         *
         * @param result 16 bytes for the return registers
         */
        void call(long a, long b, long c, long d, MemorySegment result);
    }
}
