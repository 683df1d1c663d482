package dev.orcinus.platform.linux.guestprocess;

import static dev.orcinus.bindings.linux.LinuxDlfcn.RTLD_GLOBAL;
import static dev.orcinus.bindings.posix.Dlfcn.RTLD_LAZY;
import static dev.orcinus.bindings.posix.SysMman.PROT_WRITE;

import dev.orcinus.formats.elf.LoadedFunctions;
import dev.orcinus.formats.elf.LoadedFunctions.Word;
import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.linux.guestprocess.LoadedObjects.LoadedObject;
import dev.orcinus.platform.linux.guestprocess.program.GuestProgram;
import dev.orcinus.platform.linux.guestprocess.threads.CallList;
import dev.orcinus.platform.linux.guestprocess.threads.Libc;
import dev.orcinus.platform.linux.guestprocess.threads.NativeGuest;
import dev.orcinus.platform.linux.guestprocess.threads.NativeThread;
import dev.orcinus.platform.linux.guestprocess.threads.NativeThreads.Use;
import dev.orcinus.platform.spi.HostCallException;
import dev.orcinus.platform.spi.guest.Upcall;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * Opens libraries of a program that is not linked yet, and lets their initializers wait until it
 * starts: then they run as after a native start, where the dynamic linker has mapped and bound all
 * before it calls the first one, and holds no lock. An object that needs the libraries is opened.
 * The dynamic linker binds all of them, and then calls a function that this object names, which
 * calls this process. It changes what the libraries say of their initializers and finalizers. A
 * process that starts with libraries of the program serves calls in the same state. One thread at a
 * time may use it.
 */
final class WaitingInitializers {
    private final NativeGuest guest;
    private final ProcessLibraries libraries;
    private final ProcessWrittenLibraries written;
    private final ProcessExports exports;
    private final Preemption preemption;
    private final LoadedObjects objects;
    private final Set<String> opened = new HashSet<>();
    private final Set<Long> before = new HashSet<>();
    private final List<Library> waiting = new ArrayList<>();
    private final Set<Long> preloaded = new HashSet<>();
    private long function;
    private long idle;

    /** A library that waits. Each is equal to itself only. */
    private static final class Library {
        private final LoadedObject object;
        private final LoadedFunctions functions;

        Library(LoadedObject object, LoadedFunctions functions) {
            this.object = object;
            this.functions = functions;
        }
    }

    WaitingInitializers(
            NativeGuest guest,
            ProcessLibraries libraries,
            ProcessExports exports,
            Preemption preemption) {
        this.guest = guest;
        this.libraries = libraries;
        this.written = new ProcessWrittenLibraries(guest, libraries, false);
        this.exports = exports;
        this.preemption = preemption;
        this.objects = new LoadedObjects(guest);
    }

    /**
     * Opens libraries together. If there is no room for their thread-locals in static TLS, they are
     * opened nevertheless. If one cannot be opened, none is.
     *
     * @param threadLocals a thread-local of each of those that export some
     */
    void open(List<String> paths, List<String> threadLocals) {
        if (!opened.containsAll(paths)
                && (tryOpen(paths, threadLocals)
                        || (!threadLocals.isEmpty() && tryOpen(paths, List.of())))) {
            opened.addAll(paths);
        }
    }

    private boolean tryOpen(List<String> paths, List<String> threadLocals) {
        try {
            prepare();
            byte[] needing = libraries.needing(paths, threadLocals).runFirst(function).write();
            var _ = written.open("orcinus-needs", needing, RTLD_LAZY | RTLD_GLOBAL);
            return true;
        } catch (HostCallException _) {
            return false; // the dynamic linker says what is wrong when they are opened one by one
        }
    }

    private void prepare() throws HostCallException {
        if (function == 0) {
            function = exports.add(List.of(this::serve)).getFirst().value();
            prepareIdle();
        }
        before.clear();
        loaded().forEach(object -> before.add(object.map()));
        libraries.forgetError(); // else dlopen and a call within it would both free its text
    }

    private void prepareIdle() {
        idle = guest.threads().on(Use.SERVICE, t -> t.address(Libc.GETPPID)).value();
    }

    /**
     * Lets all libraries wait with which the process starts. Nothing of them has been initialized.
     */
    void holdAll() {
        prepareIdle();
        holdIfPossible();
        loaded().stream()
                .filter(object -> !object.name().isEmpty() && !object.isOfKernel())
                .limit(libraries.preloaded().size())
                .forEach(object -> preloaded.add(object.map()));
    }

    private void serve(Upcall call) {
        call.returns(0);
        holdIfPossible();
    }

    private void holdIfPossible() {
        try {
            hold();
        } catch (HostCallException | IllegalStateException _) {
            // the dynamic linker goes on, and initializes them
        }
    }

    private void hold() throws HostCallException {
        List<Library> found =
                new ArrayList<>(
                        loaded().stream()
                                .filter(object -> !before.contains(object.map()))
                                .filter(object -> !object.name().isEmpty())
                                .filter(object -> !object.isOfKernel())
                                .filter(object -> !PreemptionRules.isSimple(object.name()))
                                .map(object -> new Library(object, functions(object)))
                                .toList());
        found.stream()
                .filter(library -> library.functions.comesFirst())
                .reduce((_, last) -> last)
                .ifPresent(found::remove); // the dynamic linker initializes it before it calls us
        Map<Long, Long> words = new HashMap<>();
        found.stream()
                .flatMap(library -> library.functions.words(idle).stream())
                .forEach(word -> words.put(word.address(), word.idle()));
        preemption.write(words);
        waiting.addAll(found);
        preemption.noteUninitialized(found.stream().map(library -> library.object.map()).toList());
    }

    private static boolean isOurs(LoadedObject object) {
        return object.name().startsWith("/proc/");
    }

    private List<LoadedObject> loaded() {
        return objects.from(libraries.process());
    }

    private LoadedFunctions functions(LoadedObject object) {
        return new LoadedFunctions(objects::read, object.base(), object.dynamic());
    }

    /** Returns the names of the libraries, in the order in which a native start maps them. */
    List<String> names() {
        return mapped(named()).stream().map(library -> library.object.name()).toList();
    }

    /**
     * Returns the calls that initialize the libraries. None of them waits from then on. If an
     * initializer ends the process, no library is finalized, as the dynamic linker lets the C
     * library know of finalizers when it has initialized all.
     *
     * @param arguments what each initializer gets
     */
    CallList take(NativeThread thread, long... arguments) {
        CallList calls = new CallList();
        for (Library library : ordered()) {
            for (long initializer : library.functions.initializers()) {
                calls.add(new ExecutorAddress(initializer), arguments);
            }
        }
        addRestoring(calls, thread.address(Libc.MPROTECT));
        waiting.clear();
        preemption.noteUninitialized(List.of());
        return calls;
    }

    /** Adds calls that give the libraries what they said of their initializers and finalizers. */
    private void addRestoring(CallList calls, ExecutorAddress protect) {
        List<Word> words =
                waiting.stream().flatMap(one -> one.functions.words(idle).stream()).toList();
        Map<Long, Integer> closed =
                preemption.closedPages(words.stream().map(Word::address).toList());
        closed.forEach(
                (page, prot) ->
                        calls.add(protect, page, preemption.pageBytes(), prot | PROT_WRITE));
        for (Word word : words) {
            calls.add(guest.address(GuestProgram.STORE), word.address(), word.value());
        }
        closed.forEach((page, prot) -> calls.add(protect, page, preemption.pageBytes(), prot));
    }

    /**
     * Returns the libraries in the order in which the dynamic linker initializes those of a native
     * start: from the last to the first in the order in which it maps them, each after those that
     * it needs.
     */
    private List<Library> ordered() {
        Map<String, Library> named = named();
        Set<Library> ordered = new LinkedHashSet<>();
        Set<Library> seen = new HashSet<>();
        mapped(named).reversed().forEach(one -> addAfterNeeded(one, named, seen, ordered));
        return List.copyOf(ordered);
    }

    private void addAfterNeeded(
            Library library, Map<String, Library> named, Set<Library> seen, Set<Library> ordered) {
        if (seen.add(library)) {
            needed(library, named).forEach(one -> addAfterNeeded(one, named, seen, ordered));
            ordered.add(library);
        }
    }

    /**
     * Returns the libraries in the order in which the dynamic linker maps those of a native start:
     * first preloaded ones, then those that the program names, as the last object that has been
     * opened here does.
     */
    private List<Library> mapped(Map<String, Library> named) {
        Set<Library> mapped = new LinkedHashSet<>();
        waiting.stream().filter(l -> preloaded.contains(l.object.map())).forEach(mapped::add);
        Deque<Library> left = new ArrayDeque<>(waiting.reversed());
        left.removeIf(library -> !isOurs(library.object));
        while (!left.isEmpty()) {
            List<Library> needed = needed(left.remove(), named);
            needed.stream().filter(mapped::add).forEach(left::add);
        }
        waiting.stream().filter(library -> !isOurs(library.object)).forEach(mapped::add);
        return List.copyOf(mapped);
    }

    private List<Library> needed(Library library, Map<String, Library> named) {
        return texts(library.functions.neededNames()).stream()
                .map(named::get)
                .filter(Objects::nonNull)
                .toList();
    }

    /** Returns the libraries by the names by which others may need them. */
    private Map<String, Library> named() {
        Map<String, Library> named = new HashMap<>();
        for (Library library : waiting) {
            String path = library.object.name();
            texts(library.functions.ownName()).forEach(name -> named.putIfAbsent(name, library));
            named.putIfAbsent(path, library);
            named.putIfAbsent(path.substring(path.lastIndexOf('/') + 1), library);
        }
        return named;
    }

    private List<String> texts(List<Long> addresses) {
        return addresses.stream()
                .map(address -> guest.memory().text(new ExecutorAddress(address)))
                .toList();
    }
}
