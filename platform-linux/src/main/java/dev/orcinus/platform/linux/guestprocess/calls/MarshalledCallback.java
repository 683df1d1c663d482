package dev.orcinus.platform.linux.guestprocess.calls;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.linux.guestprocess.abi.PassedValue;
import dev.orcinus.platform.linux.guestprocess.abi.Piece;
import dev.orcinus.platform.linux.guestprocess.abi.Piece.Place;
import dev.orcinus.platform.linux.guestprocess.abi.Signature;
import dev.orcinus.platform.linux.guestprocess.threads.EscapedException;
import dev.orcinus.platform.spi.guest.ExportedFunction;
import dev.orcinus.platform.spi.guest.GuestMemory;
import dev.orcinus.platform.spi.guest.Upcall;
import java.lang.foreign.AddressLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/**
 * A Java method whose arguments and result are in all kinds of registers, on the stack, or in
 * memory. The guest describes a call by a block of registers on its stack, and takes the result
 * from there. It has no state.
 */
final class MarshalledCallback implements ExportedFunction {
    private final Signature signature;
    private final MethodHandle method;
    private final RegisterBlock places;
    private final SharedSegments shared;
    private final GuestMemory memory;

    /**
     * A callback.
     *
     * @param method takes an array of the arguments and returns an object
     */
    MarshalledCallback(
            Signature signature,
            MethodHandle method,
            RegisterBlock places,
            SharedSegments shared,
            GuestMemory memory) {
        this.signature = signature;
        this.method = method;
        this.places = places;
        this.shared = shared;
        this.memory = memory;
    }

    @Override
    public void serve(Upcall call) {
        ExecutorAddress there = call.address(0);
        MemorySegment block = read(there);
        Object[] arguments = new Object[signature.arguments().size()];
        for (int i = 0; i < arguments.length; i++) {
            arguments[i] = argument(signature.arguments().get(i), block);
        }
        Object result = PlainCallback.invoke(method, arguments);
        if (signature.result().isPresent()) {
            returns(signature.result().get(), result, block);
            write(block.asSlice(0, places.stack()), there);
        }
    }

    /** Returns a copy of the registers, with the arguments on the stack behind them. */
    private MemorySegment read(ExecutorAddress there) {
        int words = (places.stack() + signature.stackBytes()) / Long.BYTES;
        MemorySegment block = MemorySegment.ofArray(new long[words]);
        read(there, block.asSlice(0, places.stack()));
        if (signature.stackBytes() > 0) {
            long stack = block.get(JAVA_LONG, places.stackAddress());
            read(new ExecutorAddress(stack), block.asSlice(places.stack()));
        }
        return block;
    }

    private void read(ExecutorAddress source, MemorySegment target) {
        if (!memory.tryRead(source, target)) {
            throw unusable(source);
        }
    }

    private void write(MemorySegment source, ExecutorAddress target) {
        if (!memory.tryWrite(source, target)) {
            throw unusable(target);
        }
    }

    private static EscapedException unusable(ExecutorAddress address) {
        return new EscapedException(
                new IllegalStateException(
                        "guest code passes memory at %s, which it cannot use itself"
                                .formatted(address)));
    }

    private Object argument(PassedValue passed, MemorySegment block) {
        if (passed.isGroup()) {
            return group(passed, block);
        }
        long word = word(passed, block);
        return passed.layout() instanceof AddressLayout pointer
                ? shared.pointer(word, pointer)
                : ValueBits.toValue(word, ((ValueLayout) passed.layout()).carrier());
    }

    private long word(PassedValue passed, MemorySegment block) {
        return block.get(JAVA_LONG, places.placeOf(passed.pieces().getFirst()));
    }

    private MemorySegment group(PassedValue passed, MemorySegment block) {
        long size = passed.layout().byteSize();
        int words = (int) ((size + Long.BYTES - 1) / Long.BYTES);
        MemorySegment group = MemorySegment.ofArray(new long[words]).asSlice(0, size);
        if (passed.isReference()) {
            read(new ExecutorAddress(word(passed, block)), group);
            return group;
        }
        for (Piece piece : passed.pieces()) {
            long length = piece.sizeBytes();
            MemorySegment.copy(block, places.placeOf(piece), group, piece.offset(), length);
        }
        return group;
    }

    private void returns(PassedValue passed, Object result, MemorySegment block) {
        if (passed.isReference()) {
            long room = word(passed, block);
            MemorySegment group = (MemorySegment) result;
            write(group.asSlice(0, passed.layout().byteSize()), new ExecutorAddress(room));
            block.set(JAVA_LONG, 0, room); // as System V wants
        } else if (passed.isGroup()) {
            for (Piece piece : passed.pieces()) {
                long length = piece.sizeBytes();
                MemorySegment group = (MemorySegment) result;
                MemorySegment.copy(group, piece.offset(), block, places.placeOf(piece), length);
            }
        } else {
            Piece piece = passed.pieces().getFirst();
            boolean isVector = piece.place() == Place.VECTOR;
            long word = isVector ? ValueBits.of(result) : shared.word(passed.layout(), result);
            block.set(JAVA_LONG, places.placeOf(piece), word);
        }
    }
}
