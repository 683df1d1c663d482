package dev.orcinus.platform.posix.channels;

import static dev.orcinus.bindings.posix.SysUio.Iovec.IOV_BASE;
import static dev.orcinus.bindings.posix.SysUio.Iovec.IOV_LEN;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.orcinus.bindings.foreign.NativeMemory;
import dev.orcinus.bindings.posix.SysUio.Iovec;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * The rest of one or two pieces that are being written, in the form that the kernel takes. One
 * thread at a time may use it.
 */
final class Gather {
    private static final int PIECES = 2;

    private final MemorySegment iovec;
    private final MemorySegment last;

    Gather(Arena arena) {
        iovec = arena.allocate(PIECES * Iovec.SIZEOF, Long.BYTES);
        last = iovec.asSlice(Iovec.SIZEOF);
    }

    /** Starts again with two pieces, of which either may be empty. */
    void set(MemorySegment first, MemorySegment second) {
        set(0, first);
        set(Iovec.SIZEOF, second);
    }

    private void set(long offset, MemorySegment piece) {
        iovec.set(JAVA_LONG, offset + IOV_BASE, NativeMemory.address(piece));
        iovec.set(JAVA_LONG, offset + IOV_LEN, piece.byteSize());
    }

    /** Returns the array of {@code struct iovec} that is left. */
    MemorySegment iovec() {
        return count() == PIECES ? iovec : last;
    }

    /** Returns the length of {@link #iovec}. */
    int count() {
        return firstLength() == 0 ? 1 : PIECES;
    }

    /** Returns how many bytes are left. */
    long remaining() {
        return firstLength() + secondLength();
    }

    /** Notes that {@code count} bytes, not more than are left, have been written. */
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
