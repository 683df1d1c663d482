package dev.orcinus.platform.linux.guestprocess;

import static dev.orcinus.bindings.posix.SysMman.PROT_READ;
import static dev.orcinus.bindings.posix.SysMman.PROT_WRITE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.orcinus.bindings.posix.Unistd;
import dev.orcinus.formats.elf.LoadedReferences;
import dev.orcinus.formats.elf.LoadedReferences.Reference;
import dev.orcinus.platform.AddressRange;
import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.linux.MemoryMaps;
import dev.orcinus.platform.linux.errno.Failure;
import dev.orcinus.platform.linux.guestprocess.LoadedObjects.LoadedObject;
import dev.orcinus.platform.linux.guestprocess.threads.Libc;
import dev.orcinus.platform.linux.guestprocess.threads.NativeGuest;
import dev.orcinus.platform.linux.guestprocess.threads.NativeThread;
import dev.orcinus.platform.linux.guestprocess.threads.NativeThreads.Use;
import dev.orcinus.platform.spi.HostCallException;
import dev.orcinus.platform.spi.guest.LinkedProgram;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * Lets the definitions of a program take the place of those of libraries, as the dynamic linker
 * does with the definitions of an executable, which it searches first (System V ABI, "Shared Object
 * Dependencies"): a program that has its own {@code malloc} or {@code operator new} gives it to the
 * libraries, too. They have been bound before the program was linked, so they are bound again.
 */
final class Preemption {
    /** How much of {@code struct link_map} is searched; it has 1.1 KiB in glibc 2.36. */
    private static final int MAP_BYTES = 0x800;

    private final NativeGuest guest;
    private final ProcessLibraries libraries;
    private final LoadedObjects objects;
    private final long pageBytes = Unistd.getpagesize();

    Preemption(NativeGuest guest, ProcessLibraries libraries) {
        this.guest = guest;
        this.libraries = libraries;
        this.objects = new LoadedObjects(guest);
    }

    /** Binds the libraries to definitions. */
    void bind(List<LinkedProgram.Symbol> definitions) throws HostCallException {
        if (definitions.isEmpty()) {
            return;
        }
        Map<String, Long> wanted = new HashMap<>();
        definitions.forEach(symbol -> wanted.put(symbol.name(), symbol.address().value()));
        Map<Long, Long> values = new HashMap<>();
        List<LoadedObject> all = objects.from(libraries.process());
        for (LoadedObject library : all.subList(1, all.size())) {
            for (Reference reference : references(library, wanted)) {
                long symbol = wanted.get(reference.symbol());
                values.put(reference.address(), symbol + reference.addend());
            }
        }
        write(values);
    }

    private List<Reference> references(LoadedObject library, Map<String, Long> wanted) {
        return LoadedReferences.of(
                objects::read,
                guest.processor().elfMachine(),
                library.base(),
                library.dynamic(),
                wanted::containsKey);
    }

    /** Writes words, some of which are in pages that only the dynamic linker writes (RELRO). */
    void write(Map<Long, Long> values) throws HostCallException {
        MemoryMaps maps = MemoryMaps.of(Integer.toString(guest.pid()));
        TreeSet<Long> closed = new TreeSet<>();
        for (long address : values.keySet()) {
            AddressRange word = AddressRange.of(new ExecutorAddress(address), Long.BYTES);
            if (!maps.isWritable(word)) {
                closed.add(address & -pageBytes);
            }
        }
        List<Long> opened = new ArrayList<>(closed.size());
        try {
            for (long page : closed) {
                protect(page, PROT_READ | PROT_WRITE);
                opened.add(page);
            }
            values.forEach((address, value) -> write(address, new long[] {value}));
        } finally {
            for (long page : opened) {
                protect(page, PROT_READ);
            }
        }
    }

    private void protect(long page, int prot) throws HostCallException {
        int errno = guest.threads().on(Use.SERVICE, thread -> protect(thread, page, prot));
        if (errno != 0) {
            throw Failure.of("mprotect(0x%x) in the guest".formatted(page), errno);
        }
    }

    /** Returns the error number; 0 if there is no error. */
    private int protect(NativeThread thread, long page, int prot) {
        return thread.call(Libc.MPROTECT, page, pageBytes, prot) == 0 ? 0 : thread.errno();
    }

    private void write(long address, long[] words) {
        if (!guest.memory().write(MemorySegment.ofArray(words), new ExecutorAddress(address))) {
            throw new IllegalStateException(
                    "the guest's memory at 0x" + Long.toHexString(address) + " is not writable");
        }
    }

    /**
     * Lets libraries that are opened later find the symbols of an object before those of the
     * libraries that were there. For that it moves the object up in the list in which the dynamic
     * linker searches (glibc's {@code l_searchlist} of the executable's {@code link_map}: the start
     * of a list of {@code link_map}s, and their number). Where there is no such list, nothing is
     * done.
     */
    void searchFirst(ExecutorAddress object) {
        long executable = libraries.process().value();
        MemorySegment map = objects.read(executable, MAP_BYTES);
        for (long at = 0; at < MAP_BYTES - 2 * Long.BYTES; at += Long.BYTES) {
            long start = map.get(JAVA_LONG, at);
            int count = map.get(JAVA_INT, at + Long.BYTES);
            if (start != 0 && start % Long.BYTES == 0 && count > 2 && count < 1 << 16) {
                long[] list = searchList(start, count);
                if (list.length != 0 && list[0] == executable && moveUp(list, object.value())) {
                    write(start, list);
                    return;
                }
            }
        }
    }

    private long[] searchList(long start, int count) {
        MemorySegment list = MemorySegment.ofArray(new long[count]);
        return guest.memory().read(new ExecutorAddress(start), list)
                ? list.toArray(JAVA_LONG)
                : new long[0];
    }

    /** Moves an entry to the place behind the first; returns false if it is not there. */
    private static boolean moveUp(long[] list, long entry) {
        List<Long> order = new ArrayList<>();
        for (long map : list) {
            order.add(map);
        }
        if (!order.remove(entry)) {
            return false;
        }
        order.add(1, entry);
        for (int i = 0; i < list.length; i++) {
            list[i] = order.get(i);
        }
        return true;
    }
}
