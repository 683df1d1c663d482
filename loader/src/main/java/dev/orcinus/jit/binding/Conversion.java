package dev.orcinus.jit.binding;

import java.lang.foreign.MemoryLayout;
import java.lang.invoke.MethodHandle;

/**
 * How a Java type is passed to and from C. A null handle means that both sides have the same value.
 *
 * @param layout the C type
 * @param toC makes C's value of Java's; takes a {@link CallScratch} first if it needs one
 * @param toJava makes Java's value of C's
 * @param needsScratch whether {@code toC} takes the memory of a call
 */
record Conversion(
        MemoryLayout layout, MethodHandle toC, MethodHandle toJava, boolean needsScratch) {
    static Conversion same(MemoryLayout layout) {
        return new Conversion(layout, null, null, false);
    }
}
