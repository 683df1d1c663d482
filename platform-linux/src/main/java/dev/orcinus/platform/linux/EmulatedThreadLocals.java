package dev.orcinus.platform.linux;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.orcinus.bindings.foreign.CallByAddress;
import dev.orcinus.bindings.foreign.NativeMemory;
import dev.orcinus.bindings.posix.Stdlib;
import dev.orcinus.formats.code.CodeListing;
import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.posix.CodePages;
import dev.orcinus.platform.spi.HostCallException;
import dev.orcinus.platform.spi.guest.GuestThreadLocals.Import;
import dev.orcinus.platform.spi.guest.GuestThreadLocals.Imported;
import dev.orcinus.platform.spi.guest.GuestThreadLocals.Request;
import java.lang.foreign.MemorySegment;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Emulated thread-locals for the native ones of libraries. Code that is compiled with emulated
 * thread-locals, as clang-repl's, calls {@code __emutls_get_address(&__emutls_v.X)} for a variable
 * {@code X}. If a library has {@code X} as a native thread-local, as libstdc++ has those of {@code
 * std::call_once}, nobody defines {@code __emutls_v.X}. This class makes that object: its first two
 * words are what {@code __tls_get_addr} takes. The fourth word, where the objects of libgcc and
 * compiler-rt have the address of initial data, is the address of our {@code __emutls_get_address},
 * which passes on to libgcc's for all other objects. Thread-safe; objects are never freed.
 */
final class EmulatedThreadLocals {
    /** The function, which finds a variable of the calling thread. */
    static final String GET_ADDRESS = "__emutls_get_address";

    private static final String OBJECT_PREFIX = "__emutls_v.";
    private static final long OBJECT_BYTES = 4 * Long.BYTES;
    private static final long OWNER = 3 * Long.BYTES;

    private static final CodeListing X64 =
            CodeListing.x64(
                    """
                    get_address:
                      488d05f9ffffff                     leaq get_address(%rip), %rax
                      483b4718                           cmpq 24(%rdi), %rax
                      7506                               jne other
                      ff2506000000                       jmpq *tls_at(%rip)
                    other:
                      ff2508000000                       jmpq *emulated_at(%rip)
                    tls_at:
                      0000000000000000[tls:imm64]        .quad tls
                    emulated_at:
                      0000000000000000[emulated:imm64]   .quad emulated
                    """);

    private static final CodeListing AARCH64 =
            CodeListing.aarch64(
                    """
                    get_address:
                      10000010                           adr x16, get_address
                      110c40f9                           ldr x17, [x0, #24]
                      3f0210eb                           cmp x17, x16
                      61000054                           b.ne other
                      90000058                           ldr x16, tls_at
                      00021fd6                           br x16
                    other:
                      90000058                           ldr x16, emulated_at
                      00021fd6                           br x16
                    tls_at:
                      0000000000000000[tls:word64]       .quad tls
                    emulated_at:
                      0000000000000000[emulated:word64]  .quad emulated
                    """);

    private final LinuxThreadLocals storage;
    private final LinuxLibraries libraries;
    private final LinuxMemory memory;
    private final Processor processor;
    private final Map<String, ExecutorAddress> objects = new HashMap<>();
    private ExecutorAddress function = ExecutorAddress.NULL;

    EmulatedThreadLocals(
            LinuxThreadLocals storage,
            LinuxLibraries libraries,
            LinuxMemory memory,
            Processor processor) {
        this.storage = storage;
        this.libraries = libraries;
        this.memory = memory;
        this.processor = processor;
    }

    /**
     * Returns the function or the object of a name; empty for names of others, and where the
     * process has no such thread-local.
     */
    synchronized Optional<ExecutorAddress> find(String name) throws HostCallException {
        boolean isObject = name.startsWith(OBJECT_PREFIX);
        if (!isObject && !name.equals(GET_ADDRESS)) {
            return Optional.empty();
        }
        Optional<ExecutorAddress> getAddress = function();
        return isObject && getAddress.isPresent()
                ? object(name.substring(OBJECT_PREFIX.length()), getAddress.get())
                : getAddress;
    }

    /** Returns our function; empty if libgcc, which has the other one, is not there. */
    private Optional<ExecutorAddress> function() throws HostCallException {
        if (function.isNull()) {
            Optional<ExecutorAddress> emulated = processSymbol(GET_ADDRESS);
            Optional<ExecutorAddress> tls = processSymbol("__tls_get_addr");
            if (emulated.isEmpty() || tls.isEmpty()) {
                return Optional.empty();
            }
            byte[] code =
                    listing()
                            .fill()
                            .with("tls", tls.get().value())
                            .with("emulated", emulated.get().value())
                            .bytes();
            function = new ExecutorAddress(CodePages.install(memory, code));
        }
        return Optional.of(function);
    }

    private CodeListing listing() {
        return switch (processor) {
            case X86_64 -> X64;
            case AARCH64 -> AARCH64;
        };
    }

    private Optional<ExecutorAddress> processSymbol(String name) {
        return libraries.find(libraries.process(), name);
    }

    private Optional<ExecutorAddress> object(String variable, ExecutorAddress getAddress) {
        ExecutorAddress known = objects.get(variable);
        Optional<ExecutorAddress> here = processSymbol(variable);
        boolean isOthers = processSymbol(OBJECT_PREFIX + variable).isPresent();
        if (known != null || here.isEmpty() || isOthers) {
            return Optional.ofNullable(known);
        }
        try {
            ExecutorAddress made = make(place(variable), getAddress);
            long found = CallByAddress.call(getAddress.value(), made.value(), 0, 0, 0);
            if (found != here.get().value()) {
                Stdlib.free(made.value()); // the symbol is no thread-local
                return Optional.empty();
            }
            objects.put(variable, made);
            return Optional.of(made);
        } catch (HostCallException noThreadLocal) {
            return Optional.empty();
        }
    }

    /** Asks the dynamic linker where the variable is, by a library that refers to it. */
    private Imported place(String variable) throws HostCallException {
        Import wanted = new Import(variable, ExecutorAddress.NULL, 0, false, false);
        return storage.open(
                        new Request(variable, new byte[0], 0, 1, false, List.of(), List.of(wanted)))
                .imports()
                .getFirst();
    }

    private static ExecutorAddress make(Imported place, ExecutorAddress getAddress) {
        long address = Stdlib.malloc(OBJECT_BYTES);
        if (address == 0) {
            throw new OutOfMemoryError("malloc(" + OBJECT_BYTES + ") failed");
        }
        MemorySegment words = NativeMemory.view(address, OBJECT_BYTES);
        words.fill((byte) 0);
        words.set(JAVA_LONG, 0, place.module());
        words.set(JAVA_LONG, Long.BYTES, place.offset());
        words.set(JAVA_LONG, OWNER, getAddress.value());
        return new ExecutorAddress(address);
    }
}
