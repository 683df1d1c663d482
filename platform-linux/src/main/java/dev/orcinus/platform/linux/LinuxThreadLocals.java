package dev.orcinus.platform.linux;

import static dev.orcinus.bindings.linux.LinuxDlfcn.RTLD_GLOBAL;
import static dev.orcinus.bindings.posix.Dlfcn.RTLD_NOW;

import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.spi.HostCallException;
import dev.orcinus.platform.spi.guest.GuestInvoker;
import dev.orcinus.platform.spi.guest.GuestLibraries;
import dev.orcinus.platform.spi.guest.GuestMemory;
import dev.orcinus.platform.spi.guest.GuestThreadLocals;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Thread-local storage by the glibc of a process: each block is that of a shared object which is
 * written into memory and opened. Handles are numbers that are never used again. Many threads may
 * use it.
 */
public final class LinuxThreadLocals implements GuestThreadLocals {
    private static final long LARGEST_ALIGNMENT_BYTES = 1 << 20;
    private static final long LARGEST_BYTES = 1L << 32;
    private static final long SMALLEST_STATIC_ALIGNMENT_BYTES = 16;
    private static final String NO_STATIC_ROOM = "static TLS block";
    private static final String EMULATED = "__emutls_";

    /** The remedies for a lack of room in static TLS. */
    private static final String ADVICE =
            "code compiled with -fPIC -ftls-model=global-dynamic needs none of it, and"
                    + " GLIBC_TUNABLES=glibc.rtld.optional_static_tls=N in the environment of the"
                    + " process gives it N bytes more";

    /**
     * Numbers the libraries, because the dynamic linker knows them by name in the whole process.
     */
    private static final AtomicLong MADE = new AtomicLong();

    private final GuestLibraries libraries;
    private final WrittenLibraries written;
    private final GuestMemory memory;
    private final GuestInvoker invoker;
    private final Processor processor;
    private final Map<ExecutorAddress, Library> open = new ConcurrentHashMap<>();
    private EmulatedThreadLocals emulated;

    /** An open library, by its {@code DT_SONAME} and the dynamic linker's handle. */
    private record Library(String name, ExecutorAddress handle) {}

    /**
     * Thread-locals of a process.
     *
     * @param libraries its libraries
     * @param written opens those that are written here
     * @param memory its memory, for emulated thread-locals
     * @param invoker calls its code
     */
    public LinuxThreadLocals(
            GuestLibraries libraries,
            WrittenLibraries written,
            GuestMemory memory,
            GuestInvoker invoker,
            Processor processor) {
        this.libraries = libraries;
        this.written = written;
        this.memory = memory;
        this.invoker = invoker;
        this.processor = processor;
    }

    @Override
    public Block open(Request request) throws HostCallException {
        if (request.alignmentBytes() > LARGEST_ALIGNMENT_BYTES) {
            throw refused(request, "is aligned to more than 0x100000 bytes");
        }
        if (request.sizeBytes() > LARGEST_BYTES) {
            throw refused(request, "is larger than 0x100000000 bytes");
        }
        libraries.process(); // loads the C++ runtime, which may be imported from
        long number = MADE.incrementAndGet();
        String name = "orcinus-tls-" + number;
        byte[] content = ThreadLocalLibrary.write(processor, request, name, this::nameOf);
        ExecutorAddress library = openLibrary(request, name, content);
        ExecutorAddress words = libraries.find(library, ThreadLocalLibrary.WORDS).orElseThrow();
        ExecutorAddress handle = new ExecutorAddress(number);
        open.put(handle, new Library(name, library));
        return ThreadLocalLibrary.read(
                handle, request, written.read(words, ThreadLocalLibrary.wordBytes(request)));
    }

    /**
     * Returns a step that makes it know what it knows now, when the process returns to its state.
     */
    public Runnable state() {
        Map<ExecutorAddress, Library> known = Map.copyOf(open);
        Runnable ofWritten = written.state();
        Runnable ofEmulated = emulated().state();
        return () -> {
            open.clear();
            open.putAll(known);
            ofWritten.run();
            ofEmulated.run();
        };
    }

    private String nameOf(ExecutorAddress handle) {
        Library library = open.get(handle);
        if (library == null) {
            throw new IllegalArgumentException("no thread-local storage has the handle " + handle);
        }
        return library.name;
    }

    private ExecutorAddress openLibrary(Request request, String name, byte[] content)
            throws HostCallException {
        try {
            int scope = request.exports().isEmpty() ? 0 : RTLD_GLOBAL;
            return written.open(name, content, RTLD_NOW | scope);
        } catch (HostCallException e) {
            throw e.getMessage().contains(NO_STATIC_ROOM)
                    ? refused(request, "does not fit into static TLS" + reasons(request) + ADVICE)
                    : refused(request, "cannot be opened: " + e.getMessage());
        }
    }

    /**
     * Returns the reasons besides a lack of room: glibc does not change the alignment of static
     * TLS, and a library whose thread-locals have been used in another way cannot move into it.
     */
    private static String reasons(Request request) {
        if (request.alignmentBytes() > SMALLEST_STATIC_ALIGNMENT_BYTES) {
            return ", whose own alignment may be less (16 to 64 bytes; a page for programs of"
                    + " x86-64 in a process of their own); ";
        }
        List<String> names =
                request.imports().stream().filter(Import::isStatic).map(Import::symbol).toList();
        return names.isEmpty()
                ? "; "
                : ", or the library of " + String.join(", ", names) + " is not in it; ";
    }

    private static HostCallException refused(Request request, String problem) {
        String what =
                "thread-local storage of %s (0x%x bytes, aligned to 0x%x) "
                        .formatted(request.name(), request.sizeBytes(), request.alignmentBytes());
        return new HostCallException("dlopen(" + request.name() + ")", 0, what + problem);
    }

    @Override
    public void close(ExecutorAddress handle) throws HostCallException {
        Library library = open.remove(handle);
        if (library == null) {
            throw new HostCallException(
                    "dlclose", 0, "no thread-local storage has the handle " + handle);
        }
        libraries.close(library.handle);
    }

    @Override
    public Optional<ExecutorAddress> find(String name) throws HostCallException {
        return switch (name) {
            case THREAD_AT_EXIT, RUN_DESTRUCTORS -> libraries.find(written.threadExit(), name);
            default -> name.startsWith(EMULATED) ? emulated().find(name) : Optional.empty();
        };
    }

    private synchronized EmulatedThreadLocals emulated() {
        if (emulated == null) {
            emulated = new EmulatedThreadLocals(this, libraries, memory, invoker, processor);
        }
        return emulated;
    }

    @Override
    public void tidyEnvironment() {
        written.tidyEnvironment();
    }
}
