package dev.orcinus.jit.binding;

import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;

/**
 * The objects of one functional interface that C code can call. An object has one address as long
 * as the program refers to it. Its lock guards it.
 */
final class CallbackTable {
    private static final MethodHandle ADDRESS_OF =
            Handles.findVirtual(
                    MethodHandles.lookup(),
                    CallbackTable.class,
                    "addressOf",
                    MethodType.methodType(
                            MemorySegment.class, boolean.class, CallScratch.class, Object.class));

    private final BoundLibrary library;
    private final CallbackType type;
    private final ReferenceQueue<Object> gone = new ReferenceQueue<>();
    private final Map<CallbackSlot.Callee, CallbackSlot> taken = new HashMap<>();
    private final Deque<CallbackSlot> free = new ArrayDeque<>();

    /** The object that was asked for last. */
    private volatile CallbackSlot.Callee last;

    CallbackTable(BoundLibrary library, CallbackType type) {
        this.library = library;
        this.type = type;
    }

    /** Returns a handle that makes an address of an object: {@code (CallScratch, object)}. */
    MethodHandle toC(Class<?> javaType, boolean isKept) {
        MethodHandle toC = MethodHandles.insertArguments(ADDRESS_OF.bindTo(this), 0, isKept);
        return toC.asType(toC.type().changeParameterType(1, javaType));
    }

    @SuppressWarnings({
        "UnusedMethod",
        "ReferenceEquality"
    }) // called through its handle; a callback is an object
    private MemorySegment addressOf(boolean isKept, CallScratch scratch, Object object) {
        if (object == null) {
            return MemorySegment.NULL;
        }
        scratch.hold(object);
        CallbackSlot.Callee recent = last;
        if (!isKept && recent != null && recent.get() == object) {
            return recent.slot().address();
        }
        return slotOf(object, isKept).address();
    }

    private synchronized CallbackSlot slotOf(Object object, boolean isKept) {
        freeThoseThatAreGone();
        CallbackSlot.Callee wanted = new CallbackSlot.Callee(object, null, null);
        CallbackSlot slot = taken.get(wanted);
        if (slot == null) {
            slot = free.isEmpty() ? make() : free.pop();
            CallbackSlot.Callee callee = slot.take(object, gone);
            taken.put(callee, slot);
            last = callee;
        }
        if (isKept) {
            slot.keep(object);
        }
        return slot;
    }

    private void freeThoseThatAreGone() {
        for (Reference<?> next = gone.poll(); next != null; next = gone.poll()) {
            free.push(taken.remove((CallbackSlot.Callee) next));
        }
    }

    private CallbackSlot make() {
        CallbackSlot slot = new CallbackSlot();
        slot.placeAt(library.callback(type.target().bindTo(slot), type.shape()));
        return slot;
    }
}
