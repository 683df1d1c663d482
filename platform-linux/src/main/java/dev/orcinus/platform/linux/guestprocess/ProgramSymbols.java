package dev.orcinus.platform.linux.guestprocess;

import dev.orcinus.bindings.linux.LinuxSignal.StackT;
import dev.orcinus.platform.AddressRange;
import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.MemProt;
import dev.orcinus.platform.linux.guestprocess.program.GuestProgram;
import dev.orcinus.platform.linux.guestprocess.program.LowSymbols;
import dev.orcinus.platform.linux.guestprocess.program.SignalView;
import dev.orcinus.platform.linux.guestprocess.threads.Libc;
import dev.orcinus.platform.linux.guestprocess.threads.NativeGuest;
import dev.orcinus.platform.linux.guestprocess.threads.NativeThread;
import dev.orcinus.platform.linux.guestprocess.threads.NativeThreads.Use;
import dev.orcinus.platform.linux.guestprocess.threads.ThreadScratch;
import dev.orcinus.platform.spi.HostCallException;
import dev.orcinus.platform.spi.guest.GuestLibraries;
import dev.orcinus.platform.spi.guest.GuestMemory;
import dev.orcinus.platform.spi.guest.GuestMemory.Publication;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;

/**
 * The symbols of a process that is a program. What would show the program that its crashes are
 * observed shows the default instead: a program may ask whether somebody else handles a signal. Any
 * thread may use it.
 */
final class ProgramSymbols implements GuestLibraries {
    private static final Map<String, SignalView> VIEWS =
            Map.of(
                    "sigaction", SignalView.ACTION,
                    "__sigaction", SignalView.ACTION,
                    "signal", SignalView.OLD_HANDLER,
                    "bsd_signal", SignalView.OLD_HANDLER,
                    "ssignal", SignalView.OLD_HANDLER,
                    "sysv_signal", SignalView.OLD_HANDLER,
                    "__sysv_signal", SignalView.OLD_HANDLER,
                    "sigset", SignalView.OLD_HANDLER,
                    "sigaltstack", SignalView.STACK);

    private final NativeGuest guest;
    private final GuestLibraries libraries;
    private final GuestMemory memory;
    private final WaitingInitializers initializers;
    private final Set<String> low;

    /**
     * The symbols of a program.
     *
     * @param initializers those of its libraries
     * @param low the symbols that its file has in the place of those of libraries
     */
    ProgramSymbols(
            NativeGuest guest,
            GuestLibraries libraries,
            GuestMemory memory,
            WaitingInitializers initializers,
            LowSymbols low) {
        this.low = low.names();
        this.initializers = initializers;
        this.guest = guest;
        this.libraries = libraries;
        this.memory = memory;
    }

    @Override
    public ExecutorAddress process() {
        return libraries.process();
    }

    @Override
    public ExecutorAddress open(String path) throws HostCallException {
        initializers.open(List.of(path), List.of());
        return libraries.open(path);
    }

    @Override
    public ExecutorAddress open(String path, String threadLocal) throws HostCallException {
        initializers.open(List.of(path), List.of(threadLocal));
        return libraries.open(path);
    }

    @Override
    public void openTogether(List<String> paths, List<String> threadLocals) {
        initializers.open(paths, threadLocals);
    }

    @Override
    public List<String> searchPath() {
        return libraries.searchPath();
    }

    @Override
    public List<String> preloaded() {
        return libraries.preloaded();
    }

    @Override
    public List<String> replaced(Path file, List<Path> before, Supplier<List<String>> definitions) {
        return libraries.replaced(file, before, definitions);
    }

    @Override
    public void close(ExecutorAddress handle) throws HostCallException {
        libraries.close(handle);
    }

    @Override
    public boolean mayHaveInlineSymbols(ExecutorAddress handle) {
        return libraries.mayHaveInlineSymbols(handle);
    }

    @Override
    public void prepareFor(ExecutorAddress handle, List<String> names) {
        libraries.prepareFor(handle, names);
    }

    @Override
    public List<ExecutorAddress> find(ExecutorAddress handle, List<String> names) {
        List<ExecutorAddress> found = withLow(handle, names, libraries.find(handle, names));
        for (int i = 0; i < names.size(); i++) {
            SignalView view = VIEWS.get(names.get(i));
            if (view != null && !found.get(i).isNull()) {
                found = new ArrayList<>(found);
                found.set(i, write(view, found.get(i)));
            }
        }
        return found;
    }

    /** Replaces the places of symbols of a library that the program has in the library's stead. */
    private List<ExecutorAddress> withLow(
            ExecutorAddress handle, List<String> names, List<ExecutorAddress> found) {
        if (low.isEmpty() || handle.equals(process())) {
            return found;
        }
        List<ExecutorAddress> all = new ArrayList<>(found);
        for (int i = 0; i < all.size(); i++) {
            if (!all.get(i).isNull() && low.contains(names.get(i))) {
                all.set(i, libraries.find(process(), names.get(i)).orElse(all.get(i)));
            }
        }
        return all;
    }

    private ExecutorAddress write(SignalView view, ExecutorAddress real) {
        ExecutorAddress ours =
                view == SignalView.STACK
                        ? guest.threads().on(Use.SERVICE, ProgramSymbols::signalStack)
                        : guest.address(GuestProgram.HANDLER);
        byte[] code = view.code(guest.processor(), real, ours);
        try {
            AddressRange pages = memory.map(code.length);
            memory.fill(pages).asSlice(0, code.length).copyFrom(MemorySegment.ofArray(code));
            memory.publish(List.of(new Publication(pages, MemProt.READ_EXEC)));
            return pages.start();
        } catch (HostCallException noRoom) {
            return real;
        }
    }

    /** Returns the signal stack of the first thread. */
    private static ExecutorAddress signalStack(NativeThread main) {
        try (ThreadScratch scratch = main.scratch()) {
            ExecutorAddress at = scratch.zeros((int) StackT.SIZEOF);
            main.call(Libc.SIGALTSTACK, 0, at.value());
            MemorySegment stack = MemorySegment.ofArray(new long[(int) StackT.SIZEOF / Long.BYTES]);
            scratch.get(at, stack);
            return new ExecutorAddress(stack.get(ValueLayout.JAVA_LONG, StackT.SS_SP));
        }
    }
}
