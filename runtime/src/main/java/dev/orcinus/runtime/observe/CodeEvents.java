package dev.orcinus.runtime.observe;

import dev.orcinus.memory.AllocationAction;
import dev.orcinus.memory.MemoryManager;
import dev.orcinus.platform.AddressRange;
import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.MemProt;
import dev.orcinus.platform.spi.HostCallException;
import dev.orcinus.platform.spi.guest.Guest;
import dev.orcinus.platform.spi.guest.GuestMemory;
import dev.orcinus.platform.spi.guest.GuestMemory.Publication;
import dev.orcinus.protocol.epc.PerfRecordBatch;
import dev.orcinus.runtime.GuestBooks;
import dev.orcinus.runtime.RegistrationException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/**
 * Tells observers which code of a session has arrived in the guest, and which leaves it. LLVM's
 * controllers register debug objects and never take them back; here each is taken back with its
 * memory. Many threads may use it; observers are called under this object's lock.
 */
public final class CodeEvents implements GuestBooks {
    private static final int SMALLEST_OBJECT_BYTES = 32;

    private final GuestMemory memory;
    private final MemoryManager manager;
    private final List<CodeSink> sinks;
    private final Set<LoadedCode> loaded = ConcurrentHashMap.newKeySet();

    /** Code of which observers are told later; null if they are told at once. */
    private List<LoadedCode> heldBack;

    /** What observers could not do when the guest went on in another process. */
    private final List<String> problems = new ArrayList<>();

    /** A session's code; {@code sinks} observe it. */
    CodeEvents(GuestMemory memory, MemoryManager manager, List<CodeSink> sinks) {
        this.memory = memory;
        this.manager = manager;
        this.sinks = List.copyOf(sinks);
    }

    /** Returns the events of a session, with all observers. */
    public static CodeEvents of(Guest guest, MemoryManager manager) {
        List<CodeSink> sinks = new ArrayList<>(3);
        sinks.add(new DebuggerSink(guest.debugger()));
        if (Boolean.getBoolean(PerfSink.PROPERTY)) {
            sinks.add(new PerfSink(guest));
        }
        if (PerfMapSink.isWanted()) {
            sinks.add(new PerfMapSink(guest, Path.of("/tmp")));
        }
        return new CodeEvents(guest.memory(), manager, sinks);
    }

    /** Opens the files by which the Linux tool perf names code. */
    public static void openProfile(Guest guest) throws RegistrationException {
        try {
            new PerfSink(guest).open();
        } catch (HostCallException e) {
            throw new RegistrationException("perf", e);
        }
    }

    /** Writes what a controller tells of an object's code into these files. */
    public static void profile(Guest guest, PerfRecordBatch batch) throws RegistrationException {
        try {
            new PerfSink(guest).write(batch);
        } catch (HostCallException e) {
            throw new RegistrationException("perf", e);
        }
    }

    /** Returns the code that has arrived and not left. It waits for no lock. */
    public List<LoadedCode> loaded() {
        return List.copyOf(loaded);
    }

    /** Tells observers of code that arrives from now on only when {@link #release} is called. */
    public synchronized void holdBack() {
        heldBack = new ArrayList<>();
    }

    /** Tells observers of the code that has been held back, and of later code at once. */
    public synchronized void release() throws HostCallException {
        List<LoadedCode> all = heldBack == null ? List.of() : heldBack;
        heldBack = null;
        for (LoadedCode code : all) {
            show(code);
        }
    }

    /** Code that observers have been told of. */
    @FunctionalInterface
    public interface Arrival {
        /** Tells observers that the code is about to go. */
        void left() throws HostCallException;
    }

    /**
     * Tells observers of code that has arrived; the caller tells them by the result when it goes.
     *
     * @param name of the object file
     * @param symbols lists the symbols of the code, until it has left; called by any thread
     * @param object an object file for debuggers, with the addresses of its sections, if there is
     *     one; the guest gets a copy
     */
    public Arrival arrived(
            String name, Supplier<List<SymbolRange>> symbols, Optional<byte[]> object)
            throws HostCallException {
        AddressRange copy = object.isPresent() ? place(object.get()) : null;
        LoadedCode code = new LoadedCode(name, symbols, copy);
        try {
            tellArrived(code);
        } catch (HostCallException e) {
            suppressed(e, () -> leave(code));
            throw e;
        }
        return () -> leave(code);
    }

    /** Copies an object file to guest memory, where debuggers of the guest read it. */
    private AddressRange place(byte[] object) throws HostCallException {
        AddressRange pages = memory.map(object.length);
        AddressRange range = AddressRange.of(pages.start(), object.length);
        try {
            memory.fill(range).copyFrom(MemorySegment.ofArray(object));
            memory.publish(List.of(new Publication(pages, MemProt.READ)));
        } catch (HostCallException e) {
            suppressed(e, () -> unmap(range));
            throw e;
        }
        return range;
    }

    private void leave(LoadedCode code) throws HostCallException {
        tellLeft(code);
        if (code.debugObject().isPresent()) {
            unmap(code.debugObject().get());
        }
    }

    private void unmap(AddressRange object) throws HostCallException {
        AddressRange pages = object.roundToPages(memory.pageSizeBytes());
        Map<AddressRange, HostCallException> failures = memory.unmap(List.of(pages));
        if (!failures.isEmpty()) {
            throw failures.get(pages);
        }
    }

    private static void suppressed(HostCallException failure, Arrival undo) {
        try {
            undo.left();
        } catch (HostCallException more) {
            failure.addSuppressed(more);
        }
    }

    /**
     * Tells observers of code whose debug object a controller has put into guest memory. The code
     * leaves when the allocation of the object goes.
     *
     * @throws RegistrationException if the object is too small or not readable
     */
    public synchronized void register(AddressRange object) throws RegistrationException {
        requireReadable(object);
        LoadedCode code = new LoadedCode("", List::of, object);
        boolean tied = manager.onDealloc(object.start(), withdrawal(code));
        if (!tied && manager.reserves(object.start())) {
            throw new RegistrationException(
                    "debug object " + object + " lies in no allocation", null);
        }
        try {
            tellArrived(code);
        } catch (HostCallException e) {
            throw new RegistrationException("debug object " + object, e);
        }
    }

    /**
     * Tells observers that the code of a debug object leaves, before its allocation goes. An object
     * that is not registered is no error.
     */
    public void deregister(AddressRange object) throws RegistrationException {
        loaded.removeIf(code -> code.isDescribedBy(object));
        try {
            tellLeft(new LoadedCode("", List::of, object));
        } catch (HostCallException e) {
            throw new RegistrationException("debug object " + object, e);
        }
    }

    private void requireReadable(AddressRange object) throws RegistrationException {
        if (Long.compareUnsigned(object.sizeBytes(), SMALLEST_OBJECT_BYTES) < 0) {
            throw new RegistrationException(
                    "debug object " + object + " is shorter than any object file", null);
        }
        MemorySegment probe = MemorySegment.ofArray(new byte[1]);
        ExecutorAddress last = new ExecutorAddress(object.end().value() - 1);
        if (!memory.tryRead(object.start(), probe) || !memory.tryRead(last, probe)) {
            throw new RegistrationException("debug object " + object + " is not readable", null);
        }
    }

    /** Returns a step that tells observers that the guest goes on in another process. */
    @Override
    public Runnable state() {
        return this::processChanged;
    }

    private synchronized void processChanged() {
        for (CodeSink sink : sinks) {
            try {
                sink.processChanged();
            } catch (HostCallException e) {
                problems.add(e.getMessage());
            }
        }
    }

    @Override
    public synchronized List<String> takeProblems() {
        List<String> taken = List.copyOf(problems);
        problems.clear();
        return taken;
    }

    private synchronized void tellArrived(LoadedCode code) throws HostCallException {
        loaded.add(code);
        if (heldBack == null) {
            show(code);
        } else {
            heldBack.add(code);
        }
    }

    private void show(LoadedCode code) throws HostCallException {
        for (CodeSink sink : sinks) {
            sink.arrived(code);
        }
    }

    private synchronized void tellLeft(LoadedCode code) throws HostCallException {
        loaded.remove(code);
        if (heldBack != null && heldBack.remove(code)) {
            return;
        }
        for (CodeSink sink : sinks) {
            sink.left(code);
        }
    }

    /** Returns the action that tells observers that code leaves; it may run twice. */
    AllocationAction withdrawal(LoadedCode code) {
        AddressRange object = code.debugObject().orElseThrow();
        return new AllocationAction() {
            @Override
            public void run() throws ActionFailedException {
                try {
                    tellLeft(code);
                } catch (HostCallException e) {
                    throw new ActionFailedException(
                            "debug object " + object + ": " + e.getMessage());
                }
            }

            @Override
            public boolean runsGuestCode() {
                return false;
            }

            @Override
            public ExecutorAddress function() {
                return object.start();
            }
        };
    }
}
