package dev.orcinus.loader.targets.rehearsal;

import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.spi.HostThreadLocals.Block;
import dev.orcinus.platform.spi.HostThreadLocals.Descriptor;
import dev.orcinus.platform.spi.HostThreadLocals.Import;
import dev.orcinus.platform.spi.HostThreadLocals.Imported;
import dev.orcinus.platform.spi.HostThreadLocals.Request;
import java.util.HashMap;
import java.util.Map;

/** Thread-local storage that no thread has: numbers only. */
final class RehearsedThreadLocals {
    private static final long HANDLES = 0x7100_0000L;
    private static final long DESCRIPTOR_FUNCTION = 0x7200_0000L;
    private static final long PROCESS_MODULE = 1;
    private static final long PROCESS_OFFSET = -0x1000;

    private final Map<ExecutorAddress, Block> open = new HashMap<>();
    private long opened;

    /** The handles of all owners stand for one block, and are counted one by one. */
    Block open(Request request, int owners) {
        ExecutorAddress handle = new ExecutorAddress(HANDLES + opened + 1);
        Block block =
                new Block(
                        handle,
                        PROCESS_MODULE + opened + 1,
                        request.isStatic() ? -request.sizeBytes() : 0,
                        request.descriptors().stream().map(RehearsedThreadLocals::at).toList(),
                        request.imports().stream().map(this::find).toList());
        for (int i = 0; i < owners; i++) {
            open.put(new ExecutorAddress(HANDLES + ++opened), block);
        }
        return block;
    }

    private static Descriptor at(long offset) {
        return new Descriptor(new ExecutorAddress(DESCRIPTOR_FUNCTION), offset);
    }

    private Imported find(Import wanted) {
        Block block = open.get(wanted.block());
        long start = block == null ? PROCESS_OFFSET : block.threadPointerOffset();
        return new Imported(
                block == null ? PROCESS_MODULE : block.module(),
                wanted.offset(),
                wanted.isStatic() ? start + wanted.offset() : 0,
                wanted.hasDescriptor() ? at(wanted.offset()) : Descriptor.NONE);
    }

    void close(ExecutorAddress handle) {
        open.remove(handle);
    }

    int count() {
        return open.size();
    }
}
