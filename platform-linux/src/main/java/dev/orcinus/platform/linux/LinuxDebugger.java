package dev.orcinus.platform.linux;

import static dev.orcinus.bindings.linux.LinuxDlfcn.RTLD_GLOBAL;
import static dev.orcinus.bindings.posix.Dlfcn.RTLD_NOW;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.orcinus.bindings.foreign.CallByAddress;
import dev.orcinus.bindings.foreign.NativeMemory;
import dev.orcinus.bindings.posix.Stdlib;
import dev.orcinus.platform.AddressRange;
import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.spi.HostCallException;
import dev.orcinus.platform.spi.guest.GuestDebugger;
import java.lang.foreign.MemorySegment;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * GDB's JIT interface. GDB looks for its two symbols in loaded object files, and no file of a JVM
 * defines them: so at first use we write a shared object that defines them into memory, and open it
 * under a path that GDB can open, too. Its own lock guards it.
 */
final class LinuxDebugger implements GuestDebugger {
    private static final int REGISTER_ACTION = 1;
    private static final int UNREGISTER_ACTION = 2;

    private final LinuxLibraries libraries;
    private final Processor processor;
    private final Map<AddressRange, Long> entries = new HashMap<>();
    private ExecutorAddress library = ExecutorAddress.NULL;
    private MemorySegment descriptor = MemorySegment.NULL;
    private ExecutorAddress registerCode = ExecutorAddress.NULL;

    LinuxDebugger(LinuxLibraries libraries, Processor processor) {
        this.libraries = libraries;
        this.processor = processor;
    }

    @Override
    public synchronized void register(AddressRange object) throws HostCallException {
        unregister(object);
        load();
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
    public synchronized void unregister(AddressRange object) {
        Long address = entries.remove(object);
        if (address == null) {
            return;
        }
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
    public synchronized Optional<ExecutorAddress> find(String name) throws HostCallException {
        return switch (name) {
            case DebuggerLibrary.DESCRIPTOR, DebuggerLibrary.REGISTER_CODE -> {
                load();
                yield libraries.find(library, name);
            }
            default -> Optional.empty();
        };
    }

    private void notify(int action, long entry) {
        descriptor.set(JAVA_INT, Descriptor.ACTION, action);
        descriptor.set(JAVA_LONG, Descriptor.RELEVANT_ENTRY, entry);
        CallByAddress.call(registerCode.value(), 0, 0, 0, 0);
        descriptor.set(JAVA_INT, Descriptor.ACTION, 0);
        descriptor.set(JAVA_LONG, Descriptor.RELEVANT_ENTRY, 0);
    }

    private void load() throws HostCallException {
        if (!library.isNull()) {
            return;
        }
        ExecutorAddress opened = openLibrary();
        registerCode = libraries.find(opened, DebuggerLibrary.REGISTER_CODE).orElseThrow();
        long address = libraries.find(opened, DebuggerLibrary.DESCRIPTOR).orElseThrow().value();
        descriptor = NativeMemory.view(address, Descriptor.SIZEOF);
        library = opened;
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
