package dev.orcinus.platform.linux.guestprocess.threads;

import static dev.orcinus.bindings.posix.SysUio.Iovec.IOV_BASE;
import static dev.orcinus.bindings.posix.SysUio.Iovec.IOV_LEN;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.orcinus.bindings.foreign.ErrnoState;
import dev.orcinus.bindings.linux.LinuxErrno;
import dev.orcinus.bindings.linux.ProcessVm;
import dev.orcinus.bindings.posix.Errno;
import dev.orcinus.bindings.posix.SysUio;
import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.linux.guestprocess.threads.NativeThreads.Use;
import java.io.ByteArrayOutputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Map;
import java.util.function.Function;
import java.util.function.IntSupplier;
import java.util.function.Supplier;

/**
 * Copies from and to any address of a guest process; a fault is reported. The kernel copies ({@code
 * process_vm_readv}). Where it may not, as in some containers, or for a guest that has made itself
 * private, the guest copies. Many threads may use it.
 */
public final class GuestCopy {
    /** Memory is readable in pages, whose sizes are multiples of this. */
    private static final int TEXT_BYTES = 256;

    private final IntSupplier pid;
    private final Supplier<NativeThreads> threads;
    private volatile boolean isForbidden;

    /** Copies of a guest; its process id may change. */
    GuestCopy(IntSupplier pid, Supplier<NativeThreads> threads) {
        this.pid = pid;
        this.threads = threads;
    }

    /** Copies from the guest, and returns whether all could be read. */
    public boolean read(ExecutorAddress source, MemorySegment target) {
        return (!isForbidden && readByKernel(source, target))
                || (isForbidden && onGuest(thread -> CalledCopy.read(thread, source, target)));
    }

    /** Copies to the guest, and returns whether all could be written. */
    public boolean write(MemorySegment source, ExecutorAddress target) {
        threads.get().noteChange();
        return writeNoted(source, target);
    }

    /**
     * Copies as {@link #write} does what is copied again in an earlier state of the guest that goes
     * on.
     */
    public boolean writeNoted(MemorySegment source, ExecutorAddress target) {
        return (!isForbidden && writeByKernel(source, target))
                || (isForbidden && onGuest(thread -> CalledCopy.write(thread, source, target)));
    }

    /**
     * Writes words as {@link #writeNoted} does, with one request.
     *
     * @return whether all could be written
     */
    public boolean writeWords(Map<ExecutorAddress, Long> words) {
        if (isForbidden || !writeWordsByKernel(words)) {
            return isForbidden && words.entrySet().stream().allMatch(this::writeWord);
        }
        return true;
    }

    private boolean writeWord(Map.Entry<ExecutorAddress, Long> word) {
        MemorySegment value = MemorySegment.ofArray(new long[] {word.getValue()});
        return writeNoted(value, word.getKey());
    }

    private boolean writeWordsByKernel(Map<ExecutorAddress, Long> words) {
        try (Arena arena = Arena.ofConfined()) {
            ErrnoState state = new ErrnoState(arena);
            MemorySegment values = arena.allocate(JAVA_LONG, words.size());
            MemorySegment near = arena.allocate(SysUio.Iovec.SIZEOF, Long.BYTES);
            set(near, values.address(), values.byteSize());
            MemorySegment far = arena.allocate(SysUio.Iovec.SIZEOF * words.size(), Long.BYTES);
            int count = 0;
            for (Map.Entry<ExecutorAddress, Long> word : words.entrySet()) {
                values.setAtIndex(JAVA_LONG, count, word.getValue());
                MemorySegment place = far.asSlice(count * SysUio.Iovec.SIZEOF);
                set(place, word.getKey().value(), Long.BYTES);
                count++;
            }
            long done = ProcessVm.process_vm_writev(state, pid.getAsInt(), near, 1, far, count, 0);
            isForbidden |= done < 0 && isForbidden(state.errno());
            return done == values.byteSize();
        }
    }

    private boolean onGuest(Function<NativeThread, Boolean> copy) {
        return threads.get().on(Use.NOTED_SERVICE, copy);
    }

    private boolean readByKernel(ExecutorAddress source, MemorySegment target) {
        if (target.isNative()) {
            return copy(target, source, false);
        }
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment buffer = arena.allocate(target.byteSize());
            boolean copied = copy(buffer, source, false);
            target.copyFrom(buffer);
            return copied;
        }
    }

    private boolean writeByKernel(MemorySegment source, ExecutorAddress target) {
        if (source.isNative()) {
            return copy(source, target, true);
        }
        try (Arena arena = Arena.ofConfined()) {
            return copy(arena.allocate(source.byteSize()).copyFrom(source), target, true);
        }
    }

    private boolean copy(MemorySegment local, ExecutorAddress remote, boolean isWriting) {
        try (Arena arena = Arena.ofConfined()) {
            ErrnoState state = new ErrnoState(arena);
            MemorySegment near = arena.allocate(SysUio.Iovec.SIZEOF, Long.BYTES);
            MemorySegment far = arena.allocate(SysUio.Iovec.SIZEOF, Long.BYTES);
            long count = 1;
            for (long done = 0; done < local.byteSize(); done += count) {
                set(near, local.address() + done, local.byteSize() - done);
                set(far, remote.value() + done, local.byteSize() - done);
                count = move(state, near, far, isWriting);
                if (count <= 0) {
                    isForbidden |= isForbidden(state.errno());
                    return false;
                }
            }
            return true;
        }
    }

    private static boolean isForbidden(int errno) {
        return errno == LinuxErrno.ENOSYS || errno == Errno.EPERM || errno == Errno.EACCES;
    }

    /** Returns whether the system has forbidden a copy, so that the guest copies. */
    boolean isForbidden() {
        return isForbidden;
    }

    private long move(ErrnoState state, MemorySegment near, MemorySegment far, boolean isWriting) {
        return isWriting
                ? ProcessVm.process_vm_writev(state, pid.getAsInt(), near, 1, far, 1, 0)
                : ProcessVm.process_vm_readv(state, pid.getAsInt(), near, 1, far, 1, 0);
    }

    private static void set(MemorySegment iovec, long address, long sizeBytes) {
        iovec.set(JAVA_LONG, IOV_BASE, address);
        iovec.set(JAVA_LONG, IOV_LEN, sizeBytes);
    }

    /** Returns the text at an address that a zero byte ends; as much of it as can be read. */
    public String text(ExecutorAddress at) {
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        byte[] part = partAt(at);
        for (ExecutorAddress next = at; read(next, MemorySegment.ofArray(part)); ) {
            int length = length(part);
            text.write(part, 0, length);
            if (length < part.length) {
                break;
            }
            next = next.plus(length);
            part = partAt(next);
        }
        return text.toString(UTF_8);
    }

    /** Returns room for what is read at once: all of it can be read, or nothing. */
    private static byte[] partAt(ExecutorAddress at) {
        return new byte[TEXT_BYTES - (int) (at.value() & (TEXT_BYTES - 1))];
    }

    private static int length(byte[] part) {
        int length = 0;
        while (length < part.length && part[length] != 0) {
            length++;
        }
        return length;
    }
}
