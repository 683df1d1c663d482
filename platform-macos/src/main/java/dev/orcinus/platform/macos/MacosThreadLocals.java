package dev.orcinus.platform.macos;

import static dev.orcinus.platform.posix.ThreadExitCode.END;
import static dev.orcinus.platform.posix.ThreadExitCode.FIRST_IMPORT;
import static dev.orcinus.platform.posix.ThreadExitCode.WORD_BYTES;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.orcinus.platform.AddressRange;
import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.MemProt;
import dev.orcinus.platform.posix.ThreadExitCode;
import dev.orcinus.platform.spi.HostCallException;
import dev.orcinus.platform.spi.guest.GuestLibraries;
import dev.orcinus.platform.spi.guest.GuestMemory;
import dev.orcinus.platform.spi.guest.GuestMemory.Publication;
import dev.orcinus.platform.spi.guest.GuestThreadLocals;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Optional;

/**
 * The thread-locals of macOS. It has none that a dynamic linker keeps for loaded memory: code finds
 * a thread-local through a descriptor of its own (TLV), whose function the loader or an ORC runtime
 * writes, and which needs no more than {@code pthread_getspecific}. So blocks of ELF's kind are
 * refused. Destructors are kept as under Linux, by the same code; {@code _tlv_atexit} calls it at
 * the end of a thread. The code stays for the life of the process.
 */
final class MacosThreadLocals implements GuestThreadLocals {
    /**
     * The functions that stand for {@link ThreadExitCode#IMPORTS}: a lock of zeros is an open
     * {@code os_unfair_lock}, and no open {@code pthread_mutex_t}, here.
     */
    private static final List<String> IMPORTS =
            List.of(
                    "malloc",
                    "free",
                    "os_unfair_lock_lock",
                    "os_unfair_lock_unlock",
                    "sched_yield",
                    "_tlv_atexit");

    private final GuestMemory memory;
    private final GuestLibraries libraries;
    private final ThreadExitCode code;
    private ExecutorAddress installed = ExecutorAddress.NULL;

    MacosThreadLocals(GuestMemory memory, GuestLibraries libraries, MacosProcessor processor) {
        this.memory = memory;
        this.libraries = libraries;
        code = processor.threadExitCode();
    }

    @Override
    public Block open(Request request) throws HostCallException {
        throw new HostCallException(
                "thread-locals",
                0,
                request.name()
                        + ": macOS has no thread-local storage of ELF's kind; objects for macOS"
                        + " have descriptors of their own (__thread_vars)");
    }

    @Override
    public void close(ExecutorAddress handle) throws HostCallException {
        throw new HostCallException(
                "thread-locals", 0, "no thread-local storage has the handle " + handle);
    }

    @Override
    public Optional<ExecutorAddress> find(String name) throws HostCallException {
        return switch (name) {
            case THREAD_AT_EXIT -> Optional.of(install().plus(code.offsetOf("at_exit")));
            case RUN_DESTRUCTORS -> Optional.of(install().plus(code.offsetOf("run")));
            default -> Optional.empty();
        };
    }

    @Override
    public void tidyEnvironment() {}

    /** Puts the code into memory, and its words into the pages behind it. */
    private synchronized ExecutorAddress install() throws HostCallException {
        if (installed.isNull()) {
            long pageBytes = memory.pageSizeBytes();
            AddressRange pages = memory.map(2 * pageBytes);
            MemorySegment content = memory.fill(pages);
            byte[] bytes = code.link((int) pageBytes);
            MemorySegment.copy(MemorySegment.ofArray(bytes), 0, content, 0, bytes.length);
            ExecutorAddress start = pages.start();
            writeWords(content.asSlice(pageBytes, WORD_BYTES), start.plus(code.offsetOf("end")));
            memory.publish(
                    List.of(new Publication(AddressRange.of(start, pageBytes), MemProt.READ_EXEC)));
            installed = start;
        }
        return installed;
    }

    private void writeWords(MemorySegment words, ExecutorAddress end) throws HostCallException {
        long at = FIRST_IMPORT;
        for (ExecutorAddress function : libraries.find(libraries.process(), IMPORTS)) {
            if (function.isNull()) {
                throw new HostCallException("dlsym", 0, "libSystem lacks one of " + IMPORTS);
            }
            words.set(JAVA_LONG, at, function.value());
            at += Long.BYTES;
        }
        words.set(JAVA_LONG, END, end.value());
    }
}
