package dev.orcinus.platform.linux.guestprocess.calls;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.linux.guestprocess.abi.PassedValue;
import dev.orcinus.platform.linux.guestprocess.abi.Piece;
import dev.orcinus.platform.linux.guestprocess.abi.Signature;
import dev.orcinus.platform.linux.guestprocess.threads.NativeThread;
import dev.orcinus.platform.linux.guestprocess.threads.ThreadScratch;
import java.lang.foreign.AddressLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.lang.foreign.ValueLayout;
import java.util.Optional;

/**
 * A call of one shape whose values need more than a few integer registers. They are written into a
 * block, from which the guest fills its registers and its stack. It has no state.
 */
final class MarshalledCall {
    private final Signature signature;
    private final RegisterBlock places;
    private final SharedSegments shared;
    private final ExecutorAddress marshal;
    private final boolean capturesErrno;
    private final boolean returnsGroup;

    /**
     * A call of a shape.
     *
     * @param marshal the guest's function that makes the call
     */
    MarshalledCall(
            Signature signature,
            CallOptions options,
            RegisterBlock places,
            SharedSegments shared,
            ExecutorAddress marshal) {
        this.signature = signature;
        this.places = places;
        this.shared = shared;
        this.marshal = marshal;
        this.capturesErrno = options.capturesErrno();
        this.returnsGroup = signature.result().filter(PassedValue::isGroup).isPresent();
    }

    /**
     * Makes the call on a thread of the guest.
     *
     * @param arguments an allocator if the result is a struct, a segment if {@code errno} is
     *     wanted, and the arguments
     * @return the result, or null
     */
    Object call(NativeThread thread, long function, Object[] arguments) {
        int first = (returnsGroup ? 1 : 0) + (capturesErrno ? 1 : 0);
        MemorySegment block = newBlock();
        try (ThreadScratch scratch = thread.scratch()) {
            for (int i = 0; i < signature.arguments().size(); i++) {
                store(block, scratch, signature.arguments().get(i), arguments[first + i], i);
            }
            ExecutorAddress result = makeRoomForResult(block, scratch);
            ExecutorAddress there = scratch.put(block);
            thread.call(marshal, function, there.value());
            if (capturesErrno) {
                ((MemorySegment) arguments[first - 1]).set(JAVA_INT, 0, thread.errno());
            }
            if (signature.result().isEmpty()) {
                return null;
            }
            scratch.get(there, block);
            return result(signature.result().get(), block, scratch, result, arguments[0]);
        }
    }

    private MemorySegment newBlock() {
        int stackBytes = signature.stackBytes();
        long[] words = new long[(places.stack() + stackBytes) / Long.BYTES];
        MemorySegment block = MemorySegment.ofArray(words);
        block.set(JAVA_LONG, places.vectorCount(), signature.vectorCount());
        block.set(JAVA_LONG, places.stackWords(), stackBytes / Long.BYTES);
        return block;
    }

    private void store(
            MemorySegment block,
            ThreadScratch scratch,
            PassedValue passed,
            Object value,
            int number) {
        if (passed.isReference()) {
            MemorySegment copied = ((MemorySegment) value).asSlice(0, passed.layout().byteSize());
            setWord(block, passed, scratch.put(copied).value());
        } else if (passed.isGroup()) {
            MemorySegment group = (MemorySegment) value;
            for (Piece piece : passed.pieces()) {
                long size = piece.sizeBytes();
                MemorySegment.copy(group, piece.offset(), block, places.placeOf(piece), size);
            }
        } else if (passed.layout() instanceof AddressLayout) {
            String name = TypedCalls.nameOf(passed.layout(), number);
            setWord(block, passed, shared.addressOf((MemorySegment) value, name));
        } else {
            setWord(block, passed, ValueBits.of(value));
        }
    }

    private void setWord(MemorySegment block, PassedValue passed, long word) {
        block.set(JAVA_LONG, places.placeOf(passed.pieces().getFirst()), word);
    }

    /** Returns the memory for a result that the function writes there; null if it needs none. */
    private ExecutorAddress makeRoomForResult(MemorySegment block, ThreadScratch scratch) {
        Optional<PassedValue> result = signature.result().filter(PassedValue::isReference);
        if (result.isEmpty()) {
            return ExecutorAddress.NULL;
        }
        ExecutorAddress room = scratch.zeros((int) result.get().layout().byteSize());
        setWord(block, result.get(), room.value());
        return room;
    }

    private Object result(
            PassedValue result,
            MemorySegment block,
            ThreadScratch scratch,
            ExecutorAddress room,
            Object allocator) {
        if (result.isGroup()) {
            MemorySegment group = ((SegmentAllocator) allocator).allocate(result.layout());
            if (result.isReference()) {
                scratch.get(room, group);
                return group;
            }
            for (Piece piece : result.pieces()) {
                long size = piece.sizeBytes();
                MemorySegment.copy(block, places.placeOf(piece), group, piece.offset(), size);
            }
            return group;
        }
        long word = block.get(JAVA_LONG, places.placeOf(result.pieces().getFirst()));
        return result.layout() instanceof AddressLayout pointer
                ? shared.pointer(word, pointer)
                : ValueBits.toValue(word, ((ValueLayout) result.layout()).carrier());
    }
}
