package dev.orcinus.jit.binding;

import java.lang.foreign.MemorySegment;
import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;

/**
 * An address at which C calls a Java object, and the object that is called there at the moment.
 * When the program does not refer to the object any more, the address is given to another one.
 */
final class CallbackSlot {
    private MemorySegment address;
    private volatile Callee callee;

    /** An object that C keeps. C's address refers to this slot. */
    @SuppressWarnings("UnusedVariable") // it is only to be reachable
    private Object kept;

    /** A reference that does not keep its object, and knows its slot and hash code. */
    static final class Callee extends WeakReference<Object> {
        private final CallbackSlot slot;
        private final int hash;

        Callee(Object object, CallbackSlot slot, ReferenceQueue<Object> queue) {
            super(object, queue);
            this.slot = slot;
            this.hash = System.identityHashCode(object);
        }

        CallbackSlot slot() {
            return slot;
        }

        @Override
        public int hashCode() {
            return hash;
        }

        @Override
        @SuppressWarnings("ReferenceEquality") // a callback is an object, whatever it is equal to
        public boolean equals(Object other) {
            if (this == other) {
                return true;
            }
            Object object = get();
            return other instanceof Callee callee && object != null && object == callee.get();
        }
    }

    void placeAt(MemorySegment stub) {
        address = stub;
    }

    MemorySegment address() {
        return address;
    }

    /** Keeps the object until the address is not valid any more. */
    void keep(Object object) {
        kept = object;
    }

    Callee take(Object object, ReferenceQueue<Object> queue) {
        Callee next = new Callee(object, this, queue);
        callee = next;
        return next;
    }

    /**
     * Returns the object to be called.
     *
     * @throws IllegalStateException if the program has given it up
     */
    Object current() {
        Object object = callee.get();
        if (object == null) {
            throw new IllegalStateException(
                    "C code has called a callback that the program does not refer to any more:"
                            + " keep the object, or declare the parameter @Kept");
        }
        return object;
    }
}
