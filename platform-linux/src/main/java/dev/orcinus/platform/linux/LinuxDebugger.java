package dev.orcinus.platform.linux;

import static dev.orcinus.bindings.linux.LinuxDlfcn.RTLD_GLOBAL;
import static dev.orcinus.bindings.linux.LinuxFcntl.O_CLOEXEC;
import static dev.orcinus.bindings.posix.Dlfcn.RTLD_NOW;
import static dev.orcinus.bindings.posix.Fcntl.O_RDONLY;
import static dev.orcinus.bindings.posix.SysMman.MAP_FAILED;
import static dev.orcinus.bindings.posix.SysMman.MAP_PRIVATE;
import static dev.orcinus.bindings.posix.SysMman.PROT_EXEC;
import static dev.orcinus.bindings.posix.SysMman.PROT_READ;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.orcinus.bindings.foreign.CallByAddress;
import dev.orcinus.bindings.foreign.ErrnoState;
import dev.orcinus.bindings.foreign.Functions;
import dev.orcinus.bindings.foreign.NativeMemory;
import dev.orcinus.bindings.linux.LinuxFcntl;
import dev.orcinus.bindings.posix.Stdlib;
import dev.orcinus.bindings.posix.SysMman;
import dev.orcinus.bindings.posix.Unistd;
import dev.orcinus.platform.AddressRange;
import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.linux.errno.Failure;
import dev.orcinus.platform.spi.HostCallException;
import dev.orcinus.platform.spi.guest.GuestDebugger;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * GDB's JIT interface. GDB looks for its two symbols in loaded object files, and no file of a JVM
 * defines them: so at first use we write a shared object that defines them into memory, and open it
 * under a path that GDB can open, too. The process has one such library, and one list of objects,
 * whatever number of guests it is: a lock of the process guards both.
 */
final class LinuxDebugger implements GuestDebugger {
    private static final String WRITABLE_CODE = "rwxp";
    private static final String RESERVED = "---p";
    private static final int REGISTER_ACTION = 1;
    private static final int UNREGISTER_ACTION = 2;

    /** The lock of the process. */
    private static final Object PROCESS = new Object();

    /** The library of the process; null before its first use. */
    private static Interface loaded;

    private final LinuxLibraries libraries;
    private final Processor processor;
    private final Map<AddressRange, Long> entries = new HashMap<>();

    /**
     * The library that is open.
     *
     * @param library its handle
     * @param descriptor its {@code struct jit_descriptor}
     * @param registerCode its function
     */
    private record Interface(
            ExecutorAddress library, MemorySegment descriptor, ExecutorAddress registerCode) {}

    LinuxDebugger(LinuxLibraries libraries, Processor processor) {
        this.libraries = libraries;
        this.processor = processor;
    }

    /** {@inheritDoc} The kernel tells perf of mappings that are executable. */
    @Override
    public void showProfile(String path) throws HostCallException {
        try (Arena arena = Arena.ofConfined()) {
            ErrnoState state = new ErrnoState(arena);
            int fd = LinuxFcntl.open(state, arena.allocateFrom(path), O_RDONLY | O_CLOEXEC);
            if (fd < 0) {
                throw Failure.of("open(" + path + ")", state);
            }
            int prot = PROT_READ | PROT_EXEC;
            long page = SysMman.mmap(state, 0, 1, prot, MAP_PRIVATE, fd, 0);
            Unistd.close(ErrnoState.IGNORED, fd);
            if (page == MAP_FAILED) {
                throw Failure.of("mmap(" + path + ")", state);
            }
        }
    }

    /**
     * {@inheritDoc} HotSpot reserves one range for all of its code, which has a stub for each
     * function pointer of Java. Others in the process may have memory of the same kind: libffi, or
     * other compilers.
     */
    @Override
    public List<AddressRange> runtimeCode() {
        try (Arena arena = Arena.ofConfined()) {
            MethodHandle nothing = MethodHandles.zero(void.class);
            long stub = Functions.upcall(nothing, FunctionDescriptor.ofVoid(), arena);
            AddressRange code =
                    MemoryMaps.read()
                            .runAround(new ExecutorAddress(stub), Set.of(WRITABLE_CODE, RESERVED));
            return code.isEmpty() ? List.of() : List.of(code);
        }
    }

    @Override
    public void register(AddressRange object) throws HostCallException {
        synchronized (PROCESS) {
            unregister(object);
            add(object, load().descriptor());
        }
    }

    private void add(AddressRange object, MemorySegment descriptor) {
        long address = Stdlib.malloc(Entry.SIZEOF);
        if (address == 0) {
            throw new OutOfMemoryError("malloc(" + Entry.SIZEOF + ") failed");
        }
        long oldFirst = descriptor.get(JAVA_LONG, Descriptor.FIRST_ENTRY);
        MemorySegment entry = entry(address);
        entry.set(JAVA_LONG, Entry.NEXT, oldFirst);
        entry.set(JAVA_LONG, Entry.PREVIOUS, 0);
        entry.set(JAVA_LONG, Entry.OBJECT, object.start().value());
        entry.set(JAVA_LONG, Entry.OBJECT_BYTES, object.sizeBytes());
        if (oldFirst != 0) {
            entry(oldFirst).set(JAVA_LONG, Entry.PREVIOUS, address);
        }
        descriptor.set(JAVA_LONG, Descriptor.FIRST_ENTRY, address);
        entries.put(object, address);
        notify(REGISTER_ACTION, address);
    }

    @Override
    public void unregister(AddressRange object) {
        synchronized (PROCESS) {
            Long address = entries.remove(object);
            if (address != null) {
                remove(address, loaded.descriptor());
            }
        }
    }

    private static void remove(long address, MemorySegment descriptor) {
        long next = entry(address).get(JAVA_LONG, Entry.NEXT);
        long previous = entry(address).get(JAVA_LONG, Entry.PREVIOUS);
        if (next != 0) {
            entry(next).set(JAVA_LONG, Entry.PREVIOUS, previous);
        }
        if (previous != 0) {
            entry(previous).set(JAVA_LONG, Entry.NEXT, next);
        } else {
            descriptor.set(JAVA_LONG, Descriptor.FIRST_ENTRY, next);
        }
        notify(UNREGISTER_ACTION, address);
        Stdlib.free(address);
    }

    @Override
    public Optional<ExecutorAddress> find(String name) throws HostCallException {
        return switch (name) {
            case DebuggerLibrary.DESCRIPTOR, DebuggerLibrary.REGISTER_CODE -> {
                synchronized (PROCESS) {
                    yield libraries.find(load().library(), name);
                }
            }
            default -> Optional.empty();
        };
    }

    private static void notify(int action, long entry) {
        MemorySegment descriptor = loaded.descriptor();
        descriptor.set(JAVA_INT, Descriptor.ACTION, action);
        descriptor.set(JAVA_LONG, Descriptor.RELEVANT_ENTRY, entry);
        CallByAddress.call(loaded.registerCode().value(), 0, 0, 0, 0);
        descriptor.set(JAVA_INT, Descriptor.ACTION, 0);
        descriptor.set(JAVA_LONG, Descriptor.RELEVANT_ENTRY, 0);
    }

    private Interface load() throws HostCallException {
        if (loaded == null) {
            ExecutorAddress opened = openLibrary();
            long descriptor =
                    libraries.find(opened, DebuggerLibrary.DESCRIPTOR).orElseThrow().value();
            loaded =
                    new Interface(
                            opened,
                            NativeMemory.view(descriptor, Descriptor.SIZEOF),
                            libraries.find(opened, DebuggerLibrary.REGISTER_CODE).orElseThrow());
        }
        return loaded;
    }

    /** Opens the library. The descriptor stays open: GDB reads the file through it. */
    @SuppressWarnings("resource")
    private ExecutorAddress openLibrary() throws HostCallException {
        MemoryFile file = MemoryFile.write("orcinus-debugger", DebuggerLibrary.write(processor));
        return libraries.open(file.path(), RTLD_NOW | RTLD_GLOBAL);
    }

    private static MemorySegment entry(long address) {
        return NativeMemory.view(address, Entry.SIZEOF);
    }

    /** Offsets in {@code struct jit_code_entry}. */
    private static final class Entry {
        static final long SIZEOF = 32;
        static final long NEXT = 0;
        static final long PREVIOUS = 8;
        static final long OBJECT = 16;
        static final long OBJECT_BYTES = 24;
    }

    /** Offsets in {@code struct jit_descriptor}. */
    private static final class Descriptor {
        static final long SIZEOF = 24;
        static final long ACTION = 4;
        static final long RELEVANT_ENTRY = 8;
        static final long FIRST_ENTRY = 16;
    }
}
