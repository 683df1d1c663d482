package dev.orcinus.jit.binding;

import java.lang.foreign.MemorySegment;

/** Arrays of records as arrays of structs. It has no state. */
final class Structs {
    private Structs() {}

    static void write(
            StructType type, CallScratch scratch, Object[] records, MemorySegment target) {
        long size = type.layout().byteSize();
        try {
            for (int i = 0; i < records.length; i++) {
                type.write().invoke(scratch, target, i * size, records[i]);
            }
        } catch (Throwable e) {
            throw unchecked(e);
        }
    }

    static void read(StructType type, MemorySegment source, Object[] records) {
        long size = type.layout().byteSize();
        try {
            for (int i = 0; i < records.length; i++) {
                records[i] = type.read().invoke(source, i * size);
            }
        } catch (Throwable e) {
            throw unchecked(e);
        }
    }

    /** Returns what a record's constructor or accessor has thrown; these declare nothing. */
    private static RuntimeException unchecked(Throwable thrown) {
        if (thrown instanceof Error error) {
            throw error;
        }
        return thrown instanceof RuntimeException unchecked
                ? unchecked
                : new IllegalStateException(thrown);
    }
}
