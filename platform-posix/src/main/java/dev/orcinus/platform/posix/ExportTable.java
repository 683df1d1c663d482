package dev.orcinus.platform.posix;

import dev.orcinus.bindings.foreign.UpcallTable;
import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.spi.HostCallException;
import dev.orcinus.platform.spi.guest.ExportedFunction;
import dev.orcinus.platform.spi.guest.GuestMemory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * Gives Java functions native addresses: a few machine instructions per function, which enter the
 * one FFM stub with the function's number. They stay for the life of the process. Any thread may
 * add functions.
 */
public final class ExportTable {
    private static final int SLOT_BYTES = 16;

    private final GuestMemory memory;
    private final Thunks thunks;

    /**
     * Makes an empty table.
     *
     * @param memory where the code of new entries goes
     */
    public ExportTable(GuestMemory memory, Thunks thunks) {
        this.memory = memory;
        this.thunks = thunks;
    }

    /**
     * Gives functions native addresses.
     *
     * @return the addresses, in the order of {@code added}
     */
    public List<ExecutorAddress> add(List<ExportedFunction> added) throws HostCallException {
        int first = UpcallTable.add(added.stream().map(ExportTable::target).toList());
        if (first + added.size() > Thunks.MAX_INDEX) {
            throw new IllegalStateException("too many exported functions: " + first);
        }
        long start = CodePages.install(memory, code(first, added.size()));
        List<ExecutorAddress> addresses = new ArrayList<>(added.size());
        for (int i = 0; i < added.size(); i++) {
            addresses.add(new ExecutorAddress(start + offset(i)));
        }
        return addresses;
    }

    private static UpcallTable.Target target(ExportedFunction function) {
        return (a, b, c, d, result) -> function.serve(new PosixUpcall(a, b, c, d, result));
    }

    /** Returns the code: a slot with the stub's address, then a thunk for each function. */
    private byte[] code(int first, int count) {
        ByteBuffer code = ByteBuffer.allocate(offset(count)).order(ByteOrder.LITTLE_ENDIAN);
        code.putLong(0, UpcallTable.stub());
        for (int i = 0; i < count; i++) {
            code.put(offset(i), thunks.entry(first + i, -offset(i)));
        }
        return code.array();
    }

    private static int offset(int i) {
        return SLOT_BYTES + i * Thunks.ENTRY_BYTES;
    }
}
