package dev.orcinus.platform.linux.guestprocess;

import static dev.orcinus.bindings.linux.LinuxMman.MAP_ANONYMOUS;
import static dev.orcinus.bindings.linux.LinuxMman.MAP_FIXED_NOREPLACE;
import static dev.orcinus.bindings.posix.SysMman.MAP_PRIVATE;
import static dev.orcinus.bindings.posix.SysMman.PROT_EXEC;
import static dev.orcinus.bindings.posix.SysMman.PROT_READ;
import static dev.orcinus.bindings.posix.SysMman.PROT_WRITE;

import dev.orcinus.platform.AddressRange;
import dev.orcinus.platform.linux.guestprocess.program.ReturningCode;
import dev.orcinus.platform.linux.guestprocess.threads.Libc;
import dev.orcinus.platform.linux.guestprocess.threads.NativeGuest;
import dev.orcinus.platform.linux.guestprocess.threads.NativeThread;
import dev.orcinus.platform.linux.guestprocess.threads.NativeThreads.Use;
import dev.orcinus.platform.spi.guest.GuestGoneException;
import java.util.ArrayList;
import java.util.List;

/**
 * Code that returns at once, in place of code that has gone, until it is closed. Where a guest has
 * other memory by now, or cannot have it, nothing is done. Used by one thread.
 */
final class ReturningPages implements AutoCloseable {
    private static final int FLAGS = MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE;

    private final NativeGuest guest;
    private final List<AddressRange> mapped = new ArrayList<>();

    /** Maps it at ranges, whole pages. */
    ReturningPages(NativeGuest guest, List<AddressRange> ranges) {
        this.guest = guest;
        for (AddressRange range : ranges) {
            boolean isMapped = guest.threads().on(Use.SERVICE, thread -> map(thread, range));
            if (isMapped) {
                mapped.add(range);
            }
        }
    }

    private boolean map(NativeThread thread, AddressRange range) {
        long start = range.start().value();
        long size = range.sizeBytes();
        long at = thread.call(Libc.MMAP, start, size, PROT_READ | PROT_WRITE, FLAGS, -1, 0);
        if (at != start) {
            return false;
        }
        boolean isWritten =
                guest.memory().write(ReturningCode.of(guest.processor(), size), range.start());
        return isWritten
                && (int) thread.call(Libc.MPROTECT, start, size, PROT_READ | PROT_EXEC) == 0;
    }

    @Override
    public void close() {
        try {
            for (AddressRange range : mapped) {
                var _ = guest.threads().on(Use.SERVICE, thread -> unmap(thread, range));
            }
        } catch (GuestGoneException gone) {
            // they are gone with it
        }
    }

    private static long unmap(NativeThread thread, AddressRange range) {
        return thread.call(Libc.MUNMAP, range.start().value(), range.sizeBytes());
    }
}
