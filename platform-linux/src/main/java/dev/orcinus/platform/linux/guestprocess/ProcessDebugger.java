package dev.orcinus.platform.linux.guestprocess;

import static dev.orcinus.bindings.linux.LinuxDlfcn.RTLD_GLOBAL;
import static dev.orcinus.bindings.linux.LinuxFcntl.O_CLOEXEC;
import static dev.orcinus.bindings.posix.Dlfcn.RTLD_NOW;
import static dev.orcinus.bindings.posix.Fcntl.O_RDONLY;
import static dev.orcinus.bindings.posix.SysMman.MAP_FAILED;
import static dev.orcinus.bindings.posix.SysMman.MAP_PRIVATE;
import static dev.orcinus.bindings.posix.SysMman.PROT_EXEC;
import static dev.orcinus.bindings.posix.SysMman.PROT_READ;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.orcinus.platform.AddressRange;
import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.linux.DebuggerLibrary;
import dev.orcinus.platform.linux.MemoryFile;
import dev.orcinus.platform.linux.guestprocess.mailbox.SharedFile;
import dev.orcinus.platform.linux.guestprocess.memory.ChangeLog;
import dev.orcinus.platform.linux.guestprocess.program.GuestProgram;
import dev.orcinus.platform.linux.guestprocess.threads.GuestDescriptor;
import dev.orcinus.platform.linux.guestprocess.threads.Libc;
import dev.orcinus.platform.linux.guestprocess.threads.NativeGuest;
import dev.orcinus.platform.linux.guestprocess.threads.NativeThread;
import dev.orcinus.platform.linux.guestprocess.threads.NativeThreads.Use;
import dev.orcinus.platform.linux.guestprocess.threads.PendingCalls;
import dev.orcinus.platform.linux.guestprocess.threads.ThreadScratch;
import dev.orcinus.platform.spi.HostCallException;
import dev.orcinus.platform.spi.guest.GuestDebugger;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * GDB's JIT interface in a guest process. The library that defines its two symbols is a file in
 * memory of this process, because GDB must find it under a path, and the guest's own path changes
 * with its process id. Its lock guards it.
 */
final class ProcessDebugger implements GuestDebugger, AutoCloseable {
    private static final int REGISTER_ACTION = 1;
    private static final int UNREGISTER_ACTION = 2;
    private static final int ENTRY_WORDS = 4;
    private static final int NEXT = 0;
    private static final int PREVIOUS = 1;
    private static final int OBJECT = 2;
    private static final int OBJECT_BYTES = 3;
    private static final int RELEVANT_ENTRY = 1;
    private static final int FIRST_ENTRY = 2;
    private static final long VERSION = 1;
    private static final int BLOCK_ENTRIES = 32;

    /** A process whose memory cannot be written to ends within this time, if it is ending. */
    private static final Duration END_LIMIT = Duration.ofSeconds(1);

    private final NativeGuest guest;
    private final ProcessLibraries libraries;
    private final Map<AddressRange, ExecutorAddress> entries = new HashMap<>();
    private final ChangeLog<Entry> log = new ChangeLog<>();

    /** Places of entries that are in no list. */
    private final Deque<ExecutorAddress> free = new ArrayDeque<>();

    /** The library's file; null before it is needed. */
    private MemoryFile file;

    private ExecutorAddress library = ExecutorAddress.NULL;
    private ExecutorAddress descriptor = ExecutorAddress.NULL;
    private ExecutorAddress registerCode = ExecutorAddress.NULL;

    /** An object, and the address of its entry in GDB's list. */
    private record Entry(AddressRange object, ExecutorAddress address) {
        /** Is no record's own method, which would be generated when it is first called. */
        @Override
        public boolean equals(Object other) {
            return other instanceof Entry that
                    && object.equals(that.object)
                    && address.equals(that.address);
        }

        @Override
        public int hashCode() {
            return address.hashCode();
        }
    }

    ProcessDebugger(NativeGuest guest, ProcessLibraries libraries) {
        this.guest = guest;
        this.libraries = libraries;
    }

    /** {@inheritDoc} The kernel tells perf of mappings that are executable. */
    @Override
    public void showProfile(String path) throws HostCallException {
        if (!guest.threads().on(Use.SERVICE, thread -> mapFirstPage(thread, path))) {
            throw new HostCallException("mmap(" + path + ")", 0, "the guest cannot map " + path);
        }
    }

    private static boolean mapFirstPage(NativeThread thread, String path) {
        try (ThreadScratch scratch = thread.scratch()) {
            long name = scratch.put(path).value();
            int fd = (int) thread.call(Libc.OPEN, name, O_RDONLY | O_CLOEXEC);
            if (fd < 0) {
                return false;
            }
            long page = thread.call(Libc.MMAP, 0, 1, PROT_READ | PROT_EXEC, MAP_PRIVATE, fd, 0);
            thread.call(Libc.CLOSE, fd);
            return page != MAP_FAILED;
        }
    }

    @Override
    public synchronized void register(AddressRange object) throws HostCallException {
        unregister(object);
        load();
        ExecutorAddress entry = takeEntry();
        long oldFirst = word(descriptor, FIRST_ENTRY);
        Map<ExecutorAddress, Long> words = new LinkedHashMap<>();
        put(words, entry, NEXT, oldFirst);
        put(words, entry, PREVIOUS, 0);
        put(words, entry, OBJECT, object.start().value());
        put(words, entry, OBJECT_BYTES, object.sizeBytes());
        if (oldFirst != 0) {
            put(words, new ExecutorAddress(oldFirst), PREVIOUS, entry.value());
        }
        put(words, descriptor, FIRST_ENTRY, entry.value());
        notify(words, REGISTER_ACTION, entry);
        entries.put(object, entry);
        log.added(new Entry(object, entry));
    }

    @Override
    public synchronized void unregister(AddressRange object) throws HostCallException {
        ExecutorAddress entry = entries.remove(object);
        if (entry == null) {
            return;
        }
        log.removed(new Entry(object, entry));
        try {
            unlink(entry);
        } catch (HostCallException e) {
            if (!guest.hasEnded(END_LIMIT)) {
                throw e;
            }
            return; // the list is gone with it
        }
        free.push(entry);
    }

    private void unlink(ExecutorAddress entry) throws HostCallException {
        long next = word(entry, NEXT);
        long previous = word(entry, PREVIOUS);
        Map<ExecutorAddress, Long> words = new LinkedHashMap<>();
        if (next != 0) {
            put(words, new ExecutorAddress(next), PREVIOUS, previous);
        }
        if (previous != 0) {
            put(words, new ExecutorAddress(previous), NEXT, next);
        } else {
            put(words, descriptor, FIRST_ENTRY, next);
        }
        notify(words, UNREGISTER_ACTION, entry);
    }

    /** Returns memory of the guest for an entry; it is asked for many at a time. */
    private ExecutorAddress takeEntry() {
        if (free.isEmpty()) {
            long size = (long) ENTRY_WORDS * Long.BYTES;
            long block =
                    guest.threads()
                            .on(Use.NOTED_SERVICE, t -> t.call(Libc.MALLOC, BLOCK_ENTRIES * size));
            for (int i = 0; i < BLOCK_ENTRIES; i++) {
                free.add(new ExecutorAddress(block + i * size));
            }
        }
        return free.pop();
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

    /** Returns a step that tells the guest, in its state of now, what has been told it since. */
    synchronized Runnable state() {
        ChangeLog.Moment<Entry> now = log.now();
        ExecutorAddress opened = library;
        return () -> restore(now, opened);
    }

    private synchronized void restore(ChangeLog.Moment<Entry> then, ExecutorAddress opened) {
        ChangeLog.Difference<Entry> since = log.since(then);
        Set<AddressRange> wanted = new LinkedHashSet<>();
        for (Entry entry : since.added()) {
            wanted.add(entry.object);
            entries.remove(entry.object);
        }
        library = opened;
        free.clear(); // some may not be there
        try {
            for (Entry entry : since.gone()) {
                entries.put(entry.object, entry.address);
                if (!wanted.remove(entry.object)) {
                    unregister(entry.object);
                }
            }
            for (AddressRange object : wanted) {
                register(object);
            }
        } catch (HostCallException unknownToDebuggers) {
            // debuggers do not see the object
        }
    }

    /**
     * Writes words of the list, and lets the guest tell GDB when it is asked for something else:
     * GDB's breakpoint is in the function, and it reads the descriptor then.
     */
    private void notify(Map<ExecutorAddress, Long> words, int action, ExecutorAddress entry)
            throws HostCallException {
        if (!guest.memory().writeWords(words)) {
            throw unusable();
        }
        ExecutorAddress store = guest.address(GuestProgram.STORE);
        PendingCalls calls = guest.pending();
        long relevant = place(descriptor, RELEVANT_ENTRY).value();
        calls.add(store, relevant, entry.value());
        calls.add(store, descriptor.value(), VERSION | (long) action << Integer.SIZE);
        calls.add(registerCode);
        calls.add(store, descriptor.value(), VERSION);
        calls.add(store, relevant, 0);
    }

    private static void put(
            Map<ExecutorAddress, Long> words, ExecutorAddress start, int index, long value) {
        words.put(place(start, index), value);
    }

    private static ExecutorAddress place(ExecutorAddress start, int index) {
        return start.plus((long) index * Long.BYTES);
    }

    private long word(ExecutorAddress start, int index) throws HostCallException {
        MemorySegment word = MemorySegment.ofArray(new long[1]);
        if (!guest.memory().read(place(start, index), word)) {
            throw unusable();
        }
        return word.get(JAVA_LONG, 0);
    }

    private static HostCallException unusable() {
        return new HostCallException(
                "process_vm_writev", 0, "the debugger's list in the guest cannot be used");
    }

    private void load() throws HostCallException {
        if (!library.isNull()) {
            return;
        }
        ExecutorAddress opened = openLibrary();
        registerCode = libraries.find(opened, DebuggerLibrary.REGISTER_CODE).orElseThrow();
        descriptor = libraries.find(opened, DebuggerLibrary.DESCRIPTOR).orElseThrow();
        library = opened;
    }

    /** Opens the library. The file stays open as long as the guest: GDB reads it. */
    private ExecutorAddress openLibrary() throws HostCallException {
        if (file == null) {
            byte[] content = DebuggerLibrary.write(guest.processor());
            file = MemoryFile.write("orcinus-debugger", content);
        }
        return libraries.open(pathInGuest(), RTLD_NOW | RTLD_GLOBAL);
    }

    /** Closes the library's file, after the guest has ended. */
    @Override
    public synchronized void close() {
        if (file != null) {
            file.close();
            file = null;
        }
    }

    /** Returns a path by which the guest and GDB can open a file. */
    private String pathInGuest() throws HostCallException {
        if (!guest.hasDescriptorLine()) {
            return file.path();
        }
        HostCallException[] failure = new HostCallException[1];
        int descriptor =
                guest.threads()
                        .on(
                                Use.SERVICE,
                                thread -> {
                                    try {
                                        SharedFile shared = new SharedFile(file.fd());
                                        return GuestDescriptor.open(thread, shared, O_RDONLY);
                                    } catch (HostCallException e) {
                                        failure[0] = e;
                                        return -1;
                                    }
                                });
        if (failure[0] != null) {
            throw failure[0];
        }
        return "/proc/" + guest.pid() + "/fd/" + descriptor;
    }
}
