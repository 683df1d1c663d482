package dev.orcinus.platform.spi.guest;

import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.spi.HostCallException;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Thread-local storage for code that we link. A block has an initial image; each thread of the
 * process gets a copy of its own at first use, which is freed when the thread ends. The dynamic
 * linker keeps it like that of a shared library, so linked code finds its thread-locals by {@code
 * __tls_get_addr}, by TLS descriptors, or by a constant offset from the thread pointer, as natively
 * linked code does (Drepper, "ELF Handling For Thread-Local Storage").
 */
public interface GuestThreadLocals {
    /** The name of {@link #find}'s function that registers a destructor. */
    String THREAD_AT_EXIT = "__orcinus_thread_atexit";

    /** The name of {@link #find}'s function that runs the remaining destructors of one dylib. */
    String RUN_DESTRUCTORS = "__orcinus_run_thread_destructors";

    /**
     * Opens a block.
     *
     * @throws HostCallException if there is no room for it, or an import is not there; for a static
     *     block the message says how many bytes were asked for, and what helps
     */
    Block open(Request request) throws HostCallException;

    /**
     * Gives a block back. No thread may use it any more, nor a descriptor that came with it.
     *
     * @param handle of {@link Block#handle}
     */
    void close(ExecutorAddress handle) throws HostCallException;

    /**
     * Returns the address of a function or an object for linked code. {@link #THREAD_AT_EXIT} is
     * like the C++ ABI's {@code int __cxa_thread_atexit(void (*f)(void *), void *object, void
     * *dsoHandle)}: it registers a destructor of the calling thread. {@link #RUN_DESTRUCTORS},
     * {@code void f(void *dsoHandle)}, runs on the calling thread all destructors that any thread
     * has registered with that handle and that have not run yet, the newest first. It waits for
     * those that run on other threads at that time. Afterwards no thread calls any of them when it
     * ends.
     *
     * <p>{@code __emutls_v.X} is the object of emulated thread-locals for a thread-local {@code X}
     * of a library, and {@code __emutls_get_address} the function that finds the variable by such
     * an object, and by those of other code. Returns empty for other names.
     */
    Optional<ExecutorAddress> find(String name) throws HostCallException;

    /**
     * Removes the setting from the environment by which a launcher has given this process room for
     * static blocks, so that programs that guest code starts do not inherit it. Does nothing the
     * second time.
     */
    void tidyEnvironment();

    /**
     * A request to open a block.
     *
     * @param name for messages and debuggers: the object file's
     * @param content the initial values; zeros follow up to {@code sizeBytes}
     * @param sizeBytes the length of a thread's copy; 0 if there are imports only
     * @param alignmentBytes of a thread's copy, a power of two
     * @param isStatic whether it has to lie at a constant offset from the thread pointer, for code
     *     of the initial-exec and local-exec models. Room for that is scarce
     * @param descriptors offsets in the block that descriptors are wanted for
     * @param imports thread-locals of other code, which this code refers to
     * @param exports the places in the block of symbols that libraries may refer to that are opened
     *     later
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Request(
            String name,
            byte[] content,
            long sizeBytes,
            long alignmentBytes,
            boolean isStatic,
            List<Long> descriptors,
            List<Import> imports,
            Map<String, Long> exports) {
        /** Copies the lists. */
        public Request {
            if (content.length > sizeBytes || Long.bitCount(alignmentBytes) != 1) {
                throw new IllegalArgumentException(
                        "%s: %d bytes of %d, aligned to %d"
                                .formatted(name, content.length, sizeBytes, alignmentBytes));
            }
            descriptors = List.copyOf(descriptors);
            imports = List.copyOf(imports);
            exports = Map.copyOf(exports);
        }

        /** Makes a request for a block of which libraries know nothing. */
        public Request(
                String name,
                byte[] content,
                long sizeBytes,
                long alignmentBytes,
                boolean isStatic,
                List<Long> descriptors,
                List<Import> imports) {
            this(
                    name,
                    content,
                    sizeBytes,
                    alignmentBytes,
                    isStatic,
                    descriptors,
                    imports,
                    Map.of());
        }

        /** Returns this request with other imports. */
        public Request withImports(List<Import> others) {
            return new Request(
                    name,
                    content,
                    sizeBytes,
                    alignmentBytes,
                    isStatic,
                    descriptors,
                    others,
                    exports);
        }
    }

    /**
     * A thread-local variable that other code defines.
     *
     * @param symbol its name among the symbols of the process; empty if it lies in {@code block}
     * @param block the handle of an open block, or null if {@code symbol} names it
     * @param offset bytes from the symbol, or from the start of the block
     * @param isStatic whether its offset from the thread pointer is wanted
     * @param hasDescriptor whether a descriptor is wanted
     */
    record Import(
            String symbol,
            ExecutorAddress block,
            long offset,
            boolean isStatic,
            boolean hasDescriptor) {}

    /**
     * An open block.
     *
     * @param handle for {@link #close}
     * @param module its module id, as {@code __tls_get_addr} takes it; 0 if it has no bytes
     * @param threadPointerOffset the offset of its start from the thread pointer, if it is static;
     *     else 0
     * @param descriptors in the order of the request
     * @param imports in the order of the request
     */
    record Block(
            ExecutorAddress handle,
            long module,
            long threadPointerOffset,
            List<Descriptor> descriptors,
            List<Imported> imports) {
        /** Copies the lists. */
        public Block {
            descriptors = List.copyOf(descriptors);
            imports = List.copyOf(imports);
        }

        /** Returns this block with another handle. */
        public Block withHandle(ExecutorAddress other) {
            return new Block(other, module, threadPointerOffset, descriptors, imports);
        }
    }

    /**
     * The place of a thread-local that other code defines.
     *
     * @param module its module id
     * @param offset its offset in that module's block
     * @param threadPointerOffset its offset from the thread pointer, if that was asked for; else 0
     * @param descriptor its descriptor, if asked for; else {@link Descriptor#NONE}
     */
    record Imported(long module, long offset, long threadPointerOffset, Descriptor descriptor) {}

    /**
     * The two words of a TLS descriptor.
     *
     * @param function the function to call, which has a calling convention of its own
     * @param argument the word that the function reads
     */
    record Descriptor(ExecutorAddress function, long argument) {
        /** Stands for a descriptor that was not asked for. */
        public static final Descriptor NONE = new Descriptor(ExecutorAddress.NULL, 0);
    }
}
