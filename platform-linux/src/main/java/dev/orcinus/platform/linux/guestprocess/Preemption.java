package dev.orcinus.platform.linux.guestprocess;

import static dev.orcinus.bindings.posix.SysMman.PROT_EXEC;
import static dev.orcinus.bindings.posix.SysMman.PROT_READ;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.orcinus.bindings.posix.Unistd;
import dev.orcinus.formats.elf.LoadedNames;
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
import dev.orcinus.platform.spi.guest.Preemptable;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Lets the definitions of a program take the place of those of libraries, as the dynamic linker
 * does with the definitions of an executable, which it searches first (System V ABI, "Shared Object
 * Dependencies"): a program that has its own {@code malloc} or {@code operator new} gives it to the
 * libraries, too. They have been bound before the program was linked, so they are bound again. What
 * a library's initializer has allocated before cannot be given to another {@code free}, so
 * libraries keep their allocator if one of them may have done so.
 */
final class Preemption {
    /** How much of {@code struct link_map} is searched; it has 1.1 KiB in glibc 2.36. */
    private static final int MAP_BYTES = 0x800;

    /** For fewer definitions, the dynamic linker is asked for all. */
    private static final int LEAST_TO_CHOOSE = 64;

    private final NativeGuest guest;
    private final ProcessLibraries libraries;
    private final LoadedObjects objects;

    /** The addresses of libraries' definitions, by name, from before there was another. */
    private final Map<String, Long> theirs = new HashMap<>();

    /** The names of definitions that libraries have been bound to. */
    private final Set<String> bound = new HashSet<>();

    /** The {@code link_map}s of libraries that are open, and are not initialized. */
    private final Set<Long> uninitialized = new HashSet<>();

    private final long pageBytes = Unistd.getpagesize();

    Preemption(NativeGuest guest, ProcessLibraries libraries) {
        this.guest = guest;
        this.libraries = libraries;
        this.objects = new LoadedObjects(guest);
    }

    /**
     * Notes that some libraries wait for their initializers.
     *
     * @param maps their {@code link_map}s; none if all are initialized
     */
    void noteUninitialized(List<Long> maps) {
        if (maps.isEmpty()) {
            uninitialized.clear();
        }
        uninitialized.addAll(maps);
    }

    /** Returns which of a program's definitions take the place of those of libraries. */
    Preemptable among(List<LinkedProgram.Symbol> definitions) {
        return preemptable(
                definitions.size() < LEAST_TO_CHOOSE ? definitions : likelyShared(definitions));
    }

    /**
     * Returns the definitions of names that the libraries may define. To ask the dynamic linker for
     * each of thousands takes it and this process longer than to read its tables.
     */
    private List<LinkedProgram.Symbol> likelyShared(List<LinkedProgram.Symbol> definitions) {
        LoadedNames names = new LoadedNames(objects::read);
        try {
            for (LoadedObject object : objects.from(libraries.process())) {
                if (!object.isOfKernel()) {
                    names.add(object.base(), object.dynamic());
                }
            }
        } catch (IllegalStateException unreadable) {
            return definitions;
        }
        return definitions.stream()
                .filter(symbol -> hasVersion(symbol.name()) || names.mayHave(symbol.name()))
                .toList();
    }

    private static boolean hasVersion(String name) {
        return name.indexOf('@') > 0;
    }

    /** Returns those of some definitions that the libraries have, too, and what that means. */
    private Preemptable preemptable(List<LinkedProgram.Symbol> definitions) {
        List<String> names = definitions.stream().map(LinkedProgram.Symbol::name).toList();
        List<ExecutorAddress> addresses = libraries.find(libraries.process(), names);
        List<LinkedProgram.Symbol> found = new ArrayList<>();
        for (int i = 0; i < names.size(); i++) {
            ExecutorAddress address = addresses.get(i);
            if (!address.isNull() && !address.equals(definitions.get(i).address())) {
                theirs.put(names.get(i), address.value());
                found.add(definitions.get(i));
            }
        }
        if (found.isEmpty()) {
            return new Preemptable(List.of(), Set.of(), "");
        }
        MemoryMaps maps = maps();
        found.removeIf(symbol -> isOfAlwaysThere(maps, theirs.get(symbol.name())));
        String initialized = initializedLibrary();
        if (!initialized.isEmpty() && !found.removeIf(symbol -> isOtherAllocator(symbol.name()))) {
            initialized = "";
        }
        Set<String> kept = new HashSet<>(theirs.keySet());
        found.forEach(symbol -> kept.remove(symbol.name()));
        return new Preemptable(found, kept, initialized);
    }

    private boolean isOtherAllocator(String name) {
        return PreemptionRules.isAllocator(name) && !bound.contains(name);
    }

    private static boolean isOfAlwaysThere(MemoryMaps maps, long address) {
        return maps.libraryAt(new ExecutorAddress(address))
                .filter(PreemptionRules::isAlwaysThere)
                .isPresent();
    }

    /** Returns a library whose initializers may have allocated memory; empty if there is none. */
    private String initializedLibrary() {
        for (LoadedObject library : loadedLibraries()) {
            if (!uninitialized.contains(library.map())
                    && !PreemptionRules.isSimple(library.name())
                    && hasInitializers(library)) {
                return library.name();
            }
        }
        return "";
    }

    /**
     * Returns whether a library has more than the one initializer that every compiler adds, or its
     * tables cannot be read.
     */
    private boolean hasInitializers(LoadedObject library) {
        try {
            return LoadedReferences.initializerBytes(
                            objects::read, library.base(), library.dynamic())
                    > Long.BYTES;
        } catch (IllegalStateException unreadable) {
            return true;
        }
    }

    private List<LoadedObject> loadedLibraries() {
        return objects.from(libraries.process()).stream()
                .filter(object -> !object.name().isEmpty() && !object.isOfKernel())
                .toList();
    }

    private int machine() {
        return guest.processor().elfMachine();
    }

    private MemoryMaps maps() {
        return MemoryMaps.of(Integer.toString(guest.pid()));
    }

    /** Binds the libraries to definitions that {@link #among} has returned. */
    void bind(List<LinkedProgram.Symbol> definitions) throws HostCallException {
        if (definitions.isEmpty()) {
            return;
        }
        libraries.forgetError(); // a text of the old malloc would come to the new free
        Map<String, Long> wanted = new HashMap<>();
        definitions.forEach(symbol -> wanted.put(symbol.name(), symbol.address().value()));
        bound.addAll(wanted.keySet());
        Map<Long, Long> values = new TreeMap<>();
        for (LoadedObject library : loadedLibraries()) {
            for (Reference reference : references(library, wanted)) {
                if (!reference.isVariable() || isAsBound(reference)) {
                    long symbol = wanted.get(reference.symbol());
                    values.put(reference.address(), symbol + reference.addend());
                }
            }
        }
        write(values);
    }

    /** Returns the references of a library; none of one whose tables cannot be read. */
    private List<Reference> references(LoadedObject library, Map<String, Long> wanted) {
        try {
            return LoadedReferences.of(
                    objects::read,
                    machine(),
                    library.base(),
                    library.dynamic(),
                    wanted::containsKey);
        } catch (IllegalStateException unreadable) {
            return List.of();
        }
    }

    /** Returns whether a variable still is what the dynamic linker has set it to. */
    private boolean isAsBound(Reference reference) {
        long value = objects.read(reference.address(), Long.BYTES).get(JAVA_LONG, 0);
        return value == theirs.getOrDefault(reference.symbol(), 0L) + reference.addend();
    }

    /**
     * Writes words, all or none, some of which are in pages that only the dynamic linker writes.
     */
    void write(Map<Long, Long> values) throws HostCallException {
        new WordPatch(new Words(), closedPages(values.keySet())).write(values);
    }

    /** The words of the guest. */
    private final class Words implements WordPatch.Memory {
        @Override
        public long read(long address) {
            return objects.read(address, Long.BYTES).get(JAVA_LONG, 0);
        }

        @Override
        public void write(long address, long word) {
            Preemption.this.write(address, new long[] {word});
        }

        @Override
        public void protect(long page, int prot) throws HostCallException {
            Preemption.this.protect(page, prot);
        }
    }

    /** Returns the pages of words that are not writable, with what they are open for. */
    Map<Long, Integer> closedPages(Collection<Long> addresses) {
        if (addresses.isEmpty()) {
            return Map.of();
        }
        MemoryMaps maps = maps();
        Map<Long, Integer> closed = new TreeMap<>();
        for (long address : addresses) {
            for (long at = address & -pageBytes; at < address + Long.BYTES; at += pageBytes) {
                AddressRange page = AddressRange.of(new ExecutorAddress(at), pageBytes);
                if (!maps.isWritable(page)) {
                    boolean isCode = maps.isExecutable(page.start());
                    closed.put(at, isCode ? PROT_READ | PROT_EXEC : PROT_READ);
                }
            }
        }
        return closed;
    }

    long pageBytes() {
        return pageBytes;
    }

    private void protect(long page, int prot) throws HostCallException {
        int errno = guest.threads().on(Use.SERVICE, thread -> protect(thread, page, prot));
        if (errno != 0) {
            throw Failure.of("mprotect(0x%x) in the guest".formatted(page), errno);
        }
    }

    private int protect(NativeThread thread, long page, int prot) {
        long failed = thread.call(Libc.MPROTECT, page, pageBytes, prot);
        return (int) failed == 0 ? 0 : thread.errno();
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
