package dev.orcinus.platform.linux.channels;

import static dev.orcinus.bindings.linux.SysUio.Iovec.IOV_BASE;
import static dev.orcinus.bindings.linux.SysUio.Iovec.IOV_LEN;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.orcinus.bindings.foreign.NativeMemory;
import dev.orcinus.bindings.linux.SysUio.Iovec;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** What is left to write of one or two pieces, as the kernel takes it. One thread at a time. */
final class Gather {
    private static final int PIECES = 2;

    private final MemorySegment iovec;
    private final MemorySegment last;

    Gather(Arena arena) {
        iovec = arena.allocate(PIECES * Iovec.SIZEOF, Long.BYTES);
        last = iovec.asSlice(Iovec.SIZEOF);
    }

    /** Starts anew with two pieces, of which either may be empty. */
    void set(MemorySegment first, MemorySegment second) {
        set(0, first);
        set(Iovec.SIZEOF, second);
    }

    private void set(long offset, MemorySegment piece) {
        iovec.set(JAVA_LONG, offset + IOV_BASE, NativeMemory.address(piece));
        iovec.set(JAVA_LONG, offset + IOV_LEN, piece.byteSize());
    }

    /** The array of {@code struct iovec} that is left. */
    MemorySegment iovec() {
        return count() == PIECES ? iovec : last;
    }

    /** Its length. */
    int count() {
        return firstLength() == 0 ? 1 : PIECES;
    }

    /** Bytes that are left. */
    long remaining() {
        return firstLength() + secondLength();
    }

    /** Takes note that {@code count} bytes, not more than are left, have been written. */
    void advance(long count) {
        long ofFirst = Math.min(count, firstLength());
        advance(0, ofFirst);
        advance(Iovec.SIZEOF, count - ofFirst);
    }

    private void advance(long offset, long count) {
        long base = offset + IOV_BASE;
        long length = offset + IOV_LEN;
        iovec.set(JAVA_LONG, base, iovec.get(JAVA_LONG, base) + count);
        iovec.set(JAVA_LONG, length, iovec.get(JAVA_LONG, length) - count);
    }

    private long firstLength() {
        return iovec.get(JAVA_LONG, IOV_LEN);
    }

    private long secondLength() {
        return iovec.get(JAVA_LONG, Iovec.SIZEOF + IOV_LEN);
    }
}
