package dev.orcinus.platform.linux;

import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.orcinus.formats.code.CodeListing;
import dev.orcinus.platform.AddressRange;
import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.MemProt;
import dev.orcinus.platform.posix.CodePages;
import dev.orcinus.platform.spi.HostCallException;
import dev.orcinus.platform.spi.guest.CallOutcome;
import dev.orcinus.platform.spi.guest.GuestCall;
import dev.orcinus.platform.spi.guest.GuestInvoker;
import dev.orcinus.platform.spi.guest.GuestLibraries;
import dev.orcinus.platform.spi.guest.GuestMemory;
import dev.orcinus.platform.spi.guest.GuestMemory.Publication;
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
    private final GuestLibraries libraries;
    private final GuestMemory memory;
    private final GuestInvoker invoker;
    private final Processor processor;
    private final Map<String, ExecutorAddress> objects = new HashMap<>();
    private ExecutorAddress function = ExecutorAddress.NULL;

    EmulatedThreadLocals(
            LinuxThreadLocals storage,
            GuestLibraries libraries,
            GuestMemory memory,
            GuestInvoker invoker,
            Processor processor) {
        this.storage = storage;
        this.libraries = libraries;
        this.memory = memory;
        this.invoker = invoker;
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
        boolean isHere = processSymbol(variable).isPresent();
        boolean isOthers = processSymbol(OBJECT_PREFIX + variable).isPresent();
        if (known != null || !isHere || isOthers) {
            return Optional.ofNullable(known);
        }
        try {
            AddressRange made = make(variable, place(variable), getAddress);
            if (!isThreadLocal(made.start(), getAddress)) {
                memory.unmap(List.of(made));
                return Optional.empty();
            }
            objects.put(variable, made.start());
            return Optional.of(made.start());
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

    /** Makes an object in a page of its own, with the variable's name behind it. */
    private AddressRange make(String variable, Imported place, ExecutorAddress getAddress)
            throws HostCallException {
        byte[] name = variable.getBytes(UTF_8);
        AddressRange page = memory.map(OBJECT_BYTES + name.length + 1);
        MemorySegment words = memory.fill(page);
        words.fill((byte) 0);
        words.set(JAVA_LONG, 0, place.module());
        words.set(JAVA_LONG, Long.BYTES, place.offset());
        words.set(JAVA_LONG, OWNER, getAddress.value());
        words.asSlice(OBJECT_BYTES, name.length).copyFrom(MemorySegment.ofArray(name));
        memory.publish(List.of(new Publication(page, MemProt.READ_WRITE)));
        return page;
    }

    /** Returns whether the object leads, on one thread, to what the dynamic linker finds. */
    private boolean isThreadLocal(ExecutorAddress object, ExecutorAddress getAddress) {
        ExecutorAddress dlsym = processSymbol("dlsym").orElseThrow();
        long name = object.plus(OBJECT_BYTES).value();
        GuestCall byObject = GuestCall.of(getAddress, object.value());
        GuestCall byName = new GuestCall(dlsym, libraries.process().value(), name, 0, 0, 0, 0);
        CallOutcome<List<Long>> found = invoker.callAll(List.of(byObject, byName));
        return !found.isGone() && found.value().getFirst().equals(found.value().getLast());
    }

    /** Returns a step that makes it know what it knows now. */
    synchronized Runnable state() {
        Map<String, ExecutorAddress> known = Map.copyOf(objects);
        ExecutorAddress made = function;
        return () -> restore(known, made);
    }

    private synchronized void restore(Map<String, ExecutorAddress> known, ExecutorAddress made) {
        objects.clear();
        objects.putAll(known);
        function = made;
    }
}
