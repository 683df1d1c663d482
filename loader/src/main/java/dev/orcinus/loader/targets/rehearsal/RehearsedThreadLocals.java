package dev.orcinus.loader.targets.rehearsal;

import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.spi.guest.GuestThreadLocals.Block;
import dev.orcinus.platform.spi.guest.GuestThreadLocals.Descriptor;
import dev.orcinus.platform.spi.guest.GuestThreadLocals.Import;
import dev.orcinus.platform.spi.guest.GuestThreadLocals.Imported;
import dev.orcinus.platform.spi.guest.GuestThreadLocals.Request;
import java.util.HashMap;
import java.util.Map;

/** Made-up thread-local storage, which consists of numbers only. */
final class RehearsedThreadLocals {
    private static final long HANDLES = 0x7100_0000L;
    private static final long DESCRIPTOR_FUNCTION = 0x7200_0000L;
    private static final long PROCESS_MODULE = 1;
    private static final long PROCESS_DISTANCE = 0x1000;

    /** The size of the thread control block, which precedes the storage on AArch64. */
    private static final long CONTROL_BYTES = 16;

    private final boolean isBelowThreadPointer;
    private final Map<ExecutorAddress, Block> open = new HashMap<>();
    private long opened;

    /**
     * Makes storage without open blocks.
     *
     * @param isBelowThreadPointer whether the layout is variant II (true) or I (false) of Drepper,
     *     "ELF Handling For Thread-Local Storage"
     */
    RehearsedThreadLocals(boolean isBelowThreadPointer) {
        this.isBelowThreadPointer = isBelowThreadPointer;
    }

    /** Opens one block, for which each owner gets a handle. */
    Block open(Request request, int owners) {
        ExecutorAddress handle = new ExecutorAddress(HANDLES + opened + 1);
        Block block =
                new Block(
                        handle,
                        PROCESS_MODULE + opened + 1,
                        request.isStatic() ? offset(request) : 0,
                        request.descriptors().stream().map(RehearsedThreadLocals::at).toList(),
                        request.imports().stream().map(this::find).toList());
        for (int i = 0; i < owners; i++) {
            open.put(new ExecutorAddress(HANDLES + ++opened), block);
        }
        return block;
    }

    private long offset(Request request) {
        long alignment = request.alignmentBytes();
        long distance = isBelowThreadPointer ? request.sizeBytes() : CONTROL_BYTES;
        long aligned = (distance + alignment - 1) & -alignment;
        return isBelowThreadPointer ? -aligned : aligned;
    }

    private static Descriptor at(long offset) {
        return new Descriptor(new ExecutorAddress(DESCRIPTOR_FUNCTION), offset);
    }

    private Imported find(Import wanted) {
        Block block = open.get(wanted.block());
        long process = isBelowThreadPointer ? -PROCESS_DISTANCE : PROCESS_DISTANCE;
        long start = block == null ? process : block.threadPointerOffset();
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
