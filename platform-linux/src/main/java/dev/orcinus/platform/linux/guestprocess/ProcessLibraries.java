package dev.orcinus.platform.linux.guestprocess;

import static dev.orcinus.bindings.linux.LinuxDlfcn.RTLD_GLOBAL;
import static dev.orcinus.bindings.posix.Dlfcn.RTLD_LAZY;
import static dev.orcinus.bindings.posix.Dlfcn.RTLD_NOW;

import dev.orcinus.formats.elf.SharedObject;
import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.linux.LinuxLibraries;
import dev.orcinus.platform.linux.MemoryFile;
import dev.orcinus.platform.linux.Processor;
import dev.orcinus.platform.linux.guestprocess.threads.CallList;
import dev.orcinus.platform.linux.guestprocess.threads.Libc;
import dev.orcinus.platform.linux.guestprocess.threads.NativeGuest;
import dev.orcinus.platform.linux.guestprocess.threads.NativeThread;
import dev.orcinus.platform.linux.guestprocess.threads.NativeThreads.Use;
import dev.orcinus.platform.linux.guestprocess.threads.ThreadScratch;
import dev.orcinus.platform.spi.HostCallException;
import dev.orcinus.platform.spi.guest.GuestLibraries;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The libraries of a guest process, by {@code dlopen}. Its lock guards what is open, and is held
 * while the runtimes of C and C++ are opened.
 */
final class ProcessLibraries implements GuestLibraries {
    /** The most names that are looked up with one request. */
    private static final int CHUNK = 64;

    private static final List<String> CXX_PREFIXES =
            List.of("_Z", "__cxa_", "__gxx_", "__emutls_v._Z", "__dynamic_cast");

    /** libstdc++ needs it, so programs that use that have it without asking. */
    private static final String MATHEMATICS = "libm.so.6";

    private static final String CXX_PIN = "orcinus-cxx";

    /**
     * The path of the library that needs the runtime of C++, in a file that stays; empty until a
     * guest needs it.
     */
    private static Optional<String> pinOfCxxRuntime = Optional.empty();

    private final NativeGuest guest;
    private final boolean isProgram;
    private volatile ExecutorAddress handle = ExecutorAddress.NULL;
    private ExecutorAddress process = ExecutorAddress.NULL;
    private int needing;
    private ReplacedSymbols replaced;
    private boolean hasCRuntimes;
    private boolean hasCxxRuntime;

    /**
     * The libraries of a guest.
     *
     * @param isProgram whether the C++ runtime is opened only when a symbol of it is needed
     */
    ProcessLibraries(NativeGuest guest, boolean isProgram) {
        this.guest = guest;
        this.isProgram = isProgram;
    }

    /** A library that is not installed is no error until one of its symbols is looked up. */
    @Override
    public synchronized ExecutorAddress process() {
        if (process.isNull()) {
            openWith(() -> {});
        }
        return process;
    }

    @Override
    public ExecutorAddress processHandle() {
        ExecutorAddress known = handle;
        return known.isNull() ? process() : known;
    }

    @Override
    public synchronized boolean isOpen() {
        return !process.isNull();
    }

    @Override
    public synchronized void openWith(Runnable meanwhile) {
        if (isOpen()) {
            return;
        }
        if (isProgram) {
            Use use = Use.SYSTEM_LIBRARY_CODE;
            long all = guest.threads().on(use, t -> t.call(Libc.DLOPEN, 0, RTLD_NOW));
            process = new ExecutorAddress(all);
        } else {
            Optional<String> pin = pinOfCxxRuntime(guest.processor());
            process = guest.threads().on(Use.SERVICE, t -> openRuntimes(t, pin, meanwhile));
            if (!hasCxxRuntime) {
                openCxxRuntime();
            }
        }
    }

    /** Returns a path of this process for its guests; empty if there can be none. */
    private static synchronized Optional<String> pinOfCxxRuntime(Processor processor) {
        if (pinOfCxxRuntime.isEmpty()) {
            try {
                byte[] pin = LinuxLibraries.pinOfCxxRuntime(processor);
                pinOfCxxRuntime = Optional.of(MemoryFile.write(CXX_PIN, pin).path());
            } catch (HostCallException noDescriptor) {
                return Optional.empty();
            }
        }
        return pinOfCxxRuntime;
    }

    /**
     * Opens the runtimes with one request; that of C++ may stay out, if a guest with a policy may
     * not open the file of this process.
     */
    private ExecutorAddress openRuntimes(
            NativeThread thread, Optional<String> pin, Runnable meanwhile) {
        try (ThreadScratch scratch = thread.scratch()) {
            CallList calls = new CallList();
            int mode = RTLD_NOW | RTLD_GLOBAL;
            long runtimeOfC = scratch.put(LinuxLibraries.GCC_RUNTIME).value();
            calls.add(thread.address(Libc.DLOPEN), 0, RTLD_NOW);
            calls.add(thread.address(Libc.DLOPEN), runtimeOfC, mode);
            pin.ifPresent(
                    path ->
                            calls.add(
                                    thread.address(Libc.DLOPEN), scratch.put(path).value(), mode));
            calls.runWith(thread, meanwhile);
            hasCxxRuntime = pin.isPresent() && calls.result(2) != 0;
            return new ExecutorAddress(calls.result(0));
        }
    }

    /** Notes the handle of all libraries, of which the runtimes are open; null if they are not. */
    synchronized void inherit(ExecutorAddress all) {
        handle = all;
        process = all;
    }

    /** Notes the handle of all libraries, of which the runtimes are not open. */
    void expect(ExecutorAddress all) {
        handle = all;
    }

    /** Opens a library, if it is installed, behind all that is open already. */
    private void openGlobally(String name) {
        guest.threads()
                .on(
                        Use.SYSTEM_LIBRARY_CODE,
                        thread -> open(thread, name, RTLD_NOW | RTLD_GLOBAL).handle);
    }

    /** {@inheritDoc} A program names its libraries of C++, but for the runtime. */
    @Override
    public synchronized boolean mayHaveInlineSymbols(ExecutorAddress handle) {
        return !isProgram || hasCxxRuntime || !handle.equals(process);
    }

    @Override
    public synchronized void prepareFor(ExecutorAddress handle, List<String> names) {
        if (!isProgram || hasCxxRuntime || !handle.equals(process)) {
            return;
        }
        List<String> missing = missing(handle, names);
        if (!missing.isEmpty() && !hasCRuntimes) {
            hasCRuntimes = true;
            openGlobally(LinuxLibraries.GCC_RUNTIME);
            openGlobally(MATHEMATICS);
            missing = missing(handle, missing);
        }
        if (missing.stream().anyMatch(ProcessLibraries::isOfCxx)) {
            openCxxRuntime();
        }
    }

    /** Returns those names that no open library defines. */
    private List<String> missing(ExecutorAddress handle, List<String> names) {
        List<ExecutorAddress> found = find(handle, names);
        List<String> missing = new ArrayList<>();
        for (int i = 0; i < names.size(); i++) {
            if (found.get(i).isNull()) {
                missing.add(names.get(i));
            }
        }
        return missing;
    }

    private static boolean isOfCxx(String name) {
        return CXX_PREFIXES.stream().anyMatch(name::startsWith);
    }

    /** Returns an object that needs libraries, and some of their thread-locals in static TLS. */
    SharedObject needing(List<String> paths, List<String> threadLocals) {
        String name = "liborcinus-needs-" + ++needing + ".so";
        return LinuxLibraries.pin(guest.processor(), name, paths, threadLocals);
    }

    @Override
    public List<String> searchPath() {
        return new LinkerEnvironment(guest.pid()).searchPath();
    }

    @Override
    public List<String> preloaded() {
        LinkerEnvironment environment = new LinkerEnvironment(guest.pid());
        return environment.hasPreloads()
                ? environment.preloaded(new LoadedObjects(guest).from(process()))
                : List.of();
    }

    @Override
    public synchronized List<String> replaced(
            Path file, List<Path> before, Supplier<List<String>> definitions) {
        if (replaced == null) {
            replaced = new ReplacedSymbols(guest, this);
        }
        return replaced.among(file, before, definitions);
    }

    private void openCxxRuntime() {
        hasCxxRuntime = true;
        guest.threads().on(Use.SYSTEM_LIBRARY_CODE, this::openCxxRuntime);
    }

    private long openCxxRuntime(NativeThread thread) {
        try (ThreadScratch scratch = thread.scratch()) {
            int mode = RTLD_NOW | RTLD_GLOBAL;
            byte[] pin = LinuxLibraries.pinOfCxxRuntime(guest.processor());
            try {
                return new ProcessWrittenLibraries(guest, this, false)
                        .open(CXX_PIN, pin, mode, Use.SYSTEM_LIBRARY_CODE)
                        .value();
            } catch (HostCallException noRoomOrNoRuntime) {
                long name = scratch.put(LinuxLibraries.CXX_RUNTIME).value();
                return thread.call(Libc.DLOPEN, name, mode);
            }
        }
    }

    /** {@inheritDoc} It lies behind the runtimes of C and C++, also if they are being opened. */
    @Override
    public ExecutorAddress open(String path) throws HostCallException {
        if (!handle.isNull()) {
            var _ = process();
        }
        return open(path, RTLD_LAZY | RTLD_GLOBAL);
    }

    /** Opens a library with a {@code mode} of {@code dlopen}. */
    ExecutorAddress open(String path, int mode) throws HostCallException {
        return open(path, mode, Use.LIBRARY_CODE);
    }

    /** Opens a library whose code is of a kind. */
    ExecutorAddress open(String path, int mode, Use use) throws HostCallException {
        return result(
                guest.threads().on(use, thread -> open(thread, path, mode)),
                "dlopen(" + path + ")");
    }

    private static Attempt open(NativeThread thread, String path, int mode) {
        try (ThreadScratch scratch = thread.scratch()) {
            long handle = thread.call(Libc.DLOPEN, scratch.put(path).value(), mode);
            return new Attempt(handle, handle == 0 ? error(thread) : "");
        }
    }

    @Override
    public void close(ExecutorAddress handle) throws HostCallException {
        result(
                guest.threads()
                        .on(
                                Use.LIBRARY_CODE,
                                thread -> {
                                    int failed = (int) thread.call(Libc.DLCLOSE, handle.value());
                                    return failed == 0
                                            ? new Attempt(1, "")
                                            : new Attempt(0, error(thread));
                                }),
                "dlclose(" + handle + ")");
    }

    /** A handle, or the message of the dynamic linker. */
    private record Attempt(long handle, String error) {}

    private static ExecutorAddress result(Attempt attempt, String call) throws HostCallException {
        if (attempt.handle == 0) {
            String text = attempt.error.isEmpty() ? call + " failed" : attempt.error;
            throw new HostCallException(call, 0, text);
        }
        return new ExecutorAddress(attempt.handle);
    }

    private static String error(NativeThread thread) {
        long text = thread.call(Libc.DLERROR);
        return text == 0 ? "" : thread.memory().text(new ExecutorAddress(text));
    }

    /**
     * Lets the C library give the memory back that it has for the last error of a {@code dlopen} or
     * {@code dlsym}: the first {@code dlerror} returns its text, the second one frees it.
     */
    void forgetError() {
        guest.threads()
                .on(
                        Use.SERVICE,
                        thread -> {
                            var _ = thread.call(Libc.DLERROR);
                            return thread.call(Libc.DLERROR);
                        });
    }

    /** Returns the address of {@code __clear_cache}, which no C header declares. */
    synchronized ExecutorAddress clearCache() {
        prepareFor(process(), List.of("__clear_cache"));
        return find(process(), "__clear_cache")
                .orElseThrow(() -> new IllegalStateException("the guest has no libgcc_s.so.1"));
    }

    /** Returns a step that makes it know what it knows now. */
    synchronized Runnable state() {
        ExecutorAddress known = process;
        return () -> inherit(known);
    }

    @Override
    public List<ExecutorAddress> find(ExecutorAddress handle, List<String> names) {
        if (!handle.isNull() && handle.equals(this.handle)) {
            var _ = process(); // waits for the runtimes
        }
        List<ExecutorAddress> found = new ArrayList<>(names.size());
        for (int at = 0; at < names.size(); at += CHUNK) {
            List<String> chunk = names.subList(at, Math.min(names.size(), at + CHUNK));
            found.addAll(guest.threads().on(Use.SERVICE, t -> findChunk(t, handle, chunk)));
        }
        return found;
    }

    private List<ExecutorAddress> findChunk(
            NativeThread thread, ExecutorAddress handle, List<String> names) {
        try (ThreadScratch scratch = thread.scratch()) {
            CallList calls = new CallList();
            for (String name : names) {
                addLookup(calls, thread, scratch, handle, name);
            }
            calls.runWithPending(thread);
            return calls.results().stream().map(ExecutorAddress::new).toList();
        }
    }

    /** Adds the call for a name, which may be followed by an at sign and a version. */
    private void addLookup(
            CallList calls,
            NativeThread thread,
            ThreadScratch scratch,
            ExecutorAddress handle,
            String name) {
        int at = name.indexOf('@');
        if (at <= 0) {
            calls.add(guest.head().dlsym(), handle.value(), scratch.put(name).value());
            return;
        }
        calls.add(
                thread.address(Libc.DLVSYM),
                handle.value(),
                scratch.put(name.substring(0, at)).value(),
                scratch.put(name.substring(at + 1)).value());
    }
}
