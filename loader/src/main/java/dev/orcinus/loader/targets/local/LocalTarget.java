package dev.orcinus.loader.targets.local;

import dev.orcinus.loader.LinkException;
import dev.orcinus.loader.TargetException;
import dev.orcinus.loader.UnpreparedProcessException;
import dev.orcinus.loader.targets.LinkTarget;
import dev.orcinus.loader.targets.SegmentPlan;
import dev.orcinus.loader.targets.TargetAllocation;
import dev.orcinus.memory.AllocationException;
import dev.orcinus.platform.AddressRange;
import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.GuestEnd;
import dev.orcinus.platform.Triple;
import dev.orcinus.platform.spi.HostCallException;
import dev.orcinus.platform.spi.guest.CallOutcome;
import dev.orcinus.platform.spi.guest.CrashedThread;
import dev.orcinus.platform.spi.guest.ExportedFunction;
import dev.orcinus.platform.spi.guest.Guest;
import dev.orcinus.platform.spi.guest.GuestCall;
import dev.orcinus.platform.spi.guest.GuestGoneException;
import dev.orcinus.platform.spi.guest.GuestMemory.SlabPlace;
import dev.orcinus.platform.spi.guest.GuestThreadLocals.Block;
import dev.orcinus.platform.spi.guest.GuestThreadLocals.Request;
import dev.orcinus.platform.spi.guest.IsolatedGuest;
import dev.orcinus.platform.spi.guest.MappedFile;
import dev.orcinus.platform.spi.guest.PreparedThread;
import dev.orcinus.platform.spi.guest.ProgramNeeds;
import dev.orcinus.runtime.crash.CrashFrame;
import dev.orcinus.runtime.crash.CrashReport;
import dev.orcinus.runtime.crash.CrashReporter;
import dev.orcinus.runtime.guest.GuestRuntime;
import dev.orcinus.runtime.guest.NoCodeException;
import dev.orcinus.runtime.observe.CodeEvents;
import dev.orcinus.runtime.observe.SymbolRange;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * This process, or one of its own guests, as a target. Code is linked directly into the pages where
 * it will run. {@code main} runs on a thread of its own with a stack of 8 MiB, all other functions
 * on the calling thread.
 */
public final class LocalTarget implements LinkTarget {
    /** The size of the stack that {@code main} has under a usual {@code ulimit -s}. */
    private static final long MAIN_STACK_BYTES = 8L << 20;

    private static final long OTHER_STATIC_BYTES = 64 << 10;
    private static final String MAIN_NAME = "main of loaded code";

    private final Guest guest;
    private final GuestRuntime runtime;
    private final ProgramNeeds provided;
    private final CallbackFailures failures = new CallbackFailures();
    private volatile List<String> arguments = List.of("java");
    private volatile Predicate<String> exportedThreadLocals = _ -> false;

    /** The functions of a program that this process only prepares; null if calls are made. */
    private volatile ProgramFunctions noted;

    /** Makes a target without allocations. */
    public LocalTarget(Guest guest) {
        this(guest, null);
    }

    /**
     * Makes a target whose guest is a program that has not started.
     *
     * @param provided what its process has from its start
     */
    public LocalTarget(Guest guest, ProgramNeeds provided) {
        this.provided = provided;
        this.guest = guest;
        this.runtime = new GuestRuntime(guest);
    }

    /**
     * Makes calls fail during which Java methods have thrown something that loaded code has called.
     *
     * @param taken returns what they have thrown on this thread since it was last asked, or null
     */
    public void failAfter(Supplier<Throwable> taken) {
        failures.takenFrom(taken);
    }

    /** {@inheritDoc} A guest that is no program may return to an earlier state. */
    @Override
    public void requireLife() {
        if (provided != null && guest instanceof IsolatedGuest program) {
            program.end().ifPresent(LocalTarget::throwGone);
        }
    }

    private static void throwGone(GuestEnd end) {
        throw new TargetException(
                "the process of the program " + end.describe(), new GuestGoneException(end));
    }

    @Override
    public Triple triple() {
        return guest.triple();
    }

    @Override
    public long pageSizeBytes() {
        return guest.memory().pageSizeBytes();
    }

    @Override
    public boolean sharesReservations() {
        return true;
    }

    @Override
    public AddressRange reserve(long sizeBytes) {
        guest.libraries().process(); // loads the C++ runtime, which must also be near
        return reserve(sizeBytes, SlabPlace.NEAR_LIBRARIES);
    }

    @Override
    public AddressRange reserveAnywhere(long sizeBytes) {
        return reserve(sizeBytes, SlabPlace.ANYWHERE);
    }

    @Override
    public AddressRange reserveLow(long sizeBytes) {
        return reserve(sizeBytes, SlabPlace.LOW);
    }

    private AddressRange reserve(long sizeBytes, SlabPlace place) {
        try {
            return runtime.memory().reserveSlab(sizeBytes, place);
        } catch (AllocationException e) {
            throw refused(e);
        }
    }

    @Override
    public void release(AddressRange reservation) {
        try {
            runtime.memory().release(List.of(reservation.start())).run();
        } catch (AllocationException e) {
            throw refused(e);
        }
    }

    @Override
    public TargetAllocation begin(List<SegmentPlan> segments) {
        return new LocalAllocation(runtime.memory(), new LocalActions(runtime), segments);
    }

    @Override
    public void deallocate(List<ExecutorAddress> keys) {
        try {
            runtime.memory().deinitialize(keys).run();
        } catch (AllocationException e) {
            throw refused(e);
        }
    }

    @Override
    public Block openThreadLocals(Request request, int owners) {
        try {
            return runtime.threadLocals().open(request, owners);
        } catch (HostCallException e) {
            if (provided != null && request.isStatic()) {
                throw new UnpreparedProcessException(
                        e.getMessage(), staticRoomBytes(request), false, e);
            }
            throw new TargetException(e.getMessage(), e);
        }
    }

    /** Sets which thread-local variables libraries may refer to that are opened later. */
    public void exportThreadLocals(Predicate<String> symbols) {
        exportedThreadLocals = symbols;
    }

    @Override
    public boolean exportsThreadLocal(String symbol) {
        return exportedThreadLocals.test(symbol);
    }

    /** Returns enough for the storage at any place, and for that of libraries that are opened. */
    private static long staticRoomBytes(Request request) {
        return request.sizeBytes() + 2 * request.alignmentBytes() + OTHER_STATIC_BYTES;
    }

    @Override
    public void requireExecutableStack(String object) {
        if (provided != null && !provided.hasExecutableStack()) {
            throw new UnpreparedProcessException(
                    object + " needs an executable stack", 0, true, null);
        }
    }

    @Override
    public void closeThreadLocals(ExecutorAddress handle) {
        try {
            runtime.threadLocals().close(handle);
        } catch (HostCallException e) {
            throw new TargetException(e.getMessage(), e);
        }
    }

    @Override
    public ExecutorAddress process() {
        return guest.libraries().process();
    }

    @Override
    public ExecutorAddress open(String path) {
        try {
            return guest.libraries().open(path);
        } catch (HostCallException e) {
            throw new TargetException(e.getMessage(), e);
        }
    }

    /**
     * Opens a shared library, to whose thread-locals code of the initial-exec model may refer.
     *
     * @param threadLocal one of them
     */
    public ExecutorAddress open(String path, String threadLocal) {
        try {
            return guest.libraries().open(path, threadLocal);
        } catch (HostCallException e) {
            throw new TargetException(e.getMessage(), e);
        }
    }

    /**
     * Opens shared libraries together, as those that a process starts with.
     *
     * @param threadLocals a thread-local of each of those that export some
     */
    public void openTogether(List<String> paths, List<String> threadLocals) {
        guest.libraries().openTogether(paths, threadLocals);
    }

    @Override
    public boolean mayHaveInlineSymbols(ExecutorAddress handle) {
        return guest.libraries().mayHaveInlineSymbols(handle);
    }

    @Override
    public void prepareFor(ExecutorAddress handle, List<String> names) {
        guest.libraries().prepareFor(handle, names);
    }

    @Override
    public List<ExecutorAddress> find(ExecutorAddress handle, List<String> names) {
        List<ExecutorAddress> found = guest.libraries().find(handle, names);
        return handle.equals(process()) ? withOwn(names, found) : found;
    }

    /** Replaces the addresses of symbols for which the guest has its own functions. */
    private List<ExecutorAddress> withOwn(List<String> names, List<ExecutorAddress> found) {
        List<ExecutorAddress> all = new ArrayList<>(found);
        for (int i = 0; i < all.size(); i++) {
            all.set(i, findOwn(names.get(i)).orElse(all.get(i)));
        }
        return all;
    }

    private Optional<ExecutorAddress> findOwn(String name) {
        try {
            return guest.threadLocals().find(name);
        } catch (HostCallException e) {
            throw new TargetException(e.getMessage(), e);
        }
    }

    @Override
    public int callMain(ExecutorAddress function, List<String> arguments) {
        CompletableFuture<Integer> result = new CompletableFuture<>();
        Thread main =
                new Thread(
                        null,
                        () -> complete(result, function, arguments),
                        MAIN_NAME,
                        MAIN_STACK_BYTES);
        main.setDaemon(true);
        main.start();
        try {
            return result.join();
        } catch (CompletionException e) {
            throw unchecked(e);
        }
    }

    private static RuntimeException unchecked(CompletionException e) {
        if (e.getCause() instanceof Error error) {
            throw error;
        }
        return e.getCause() instanceof RuntimeException cause ? cause : e;
    }

    private void complete(
            CompletableFuture<Integer> result, ExecutorAddress function, List<String> arguments) {
        try {
            result.complete(failures.watch(() -> runMain(function, arguments)));
        } catch (RuntimeException | Error e) {
            result.completeExceptionally(e);
        }
    }

    private int runMain(ExecutorAddress function, List<String> arguments) {
        try {
            initializeLibraries(arguments);
            return value(runtime.calls().callMain(function, arguments));
        } catch (NoCodeException e) {
            throw refused(e);
        }
    }

    private static <T> T value(CallOutcome<T> outcome) {
        if (outcome.isGone()) {
            GuestGoneException gone = new GuestGoneException(outcome.end().orElseThrow());
            throw new TargetException(gone.getMessage(), gone);
        }
        return outcome.value();
    }

    private static TargetException refused(NoCodeException e) {
        return new TargetException(e.getMessage(), e);
    }

    /**
     * Turns this process into a program. The process ends with the program.
     *
     * @return the reason why the program could not be started
     */
    public LinkException exec(LocalProgram program) {
        guest.threadLocals().tidyEnvironment();
        CompletableFuture<LinkException> failure = new CompletableFuture<>();
        Thread main =
                new Thread(null, () -> complete(failure, program), MAIN_NAME, MAIN_STACK_BYTES);
        main.start();
        try {
            return failure.join();
        } catch (CompletionException e) {
            throw unchecked(e);
        }
    }

    private void complete(CompletableFuture<LinkException> failure, LocalProgram program) {
        try {
            failure.complete(become(program));
        } catch (Error e) {
            failure.completeExceptionally(e);
        }
    }

    private LinkException become(LocalProgram program) {
        try (PreparedThread _ = guest.process().prepareThread()) {
            AtomicBoolean runs = new AtomicBoolean(true);
            ExportedFunction finish = ExportedFunction.of((_, _, _, _) -> finish(program, runs));
            ExecutorAddress last = guest.export(List.of(finish)).getFirst();
            guest.process().atExit(last, ExecutorAddress.NULL, last);
            Runtime.getRuntime().addShutdownHook(new Thread(() -> forget(last, runs)));
            try {
                program.initialize();
                int status = runMain(program.entry(), program.arguments());
                failures.tell();
                guest.process().exit(status);
            } finally { // the JVM goes on
                forget(last, runs);
            }
            throw new AssertionError("exit has returned");
        } catch (LinkException e) {
            return e;
        } catch (HostCallException | RuntimeException e) {
            return new TargetException(e.getMessage(), e);
        }
    }

    /**
     * Runs a program to the end of the process that is this target.
     *
     * @param isolated this target's guest
     * @return how the process has ended
     * @throws LinkException if the program could not be started
     */
    public GuestEnd runToEnd(IsolatedGuest isolated, LocalProgram program) {
        ProgramFunctions functions = new ProgramFunctions();
        noted = functions;
        return new IsolatedProgram(isolated, runtime.calls(), program, functions).run();
    }

    /**
     * Returns the report of a crash of the guest, if it has a process of its own.
     *
     * @param isolated the guest that this target links for, whose thread is stopped
     */
    public CrashReport reportCrash(IsolatedGuest isolated, CrashedThread thread) {
        return CrashReporter.report(isolated, runtime, thread);
    }

    /**
     * Names the functions of calls that have not returned.
     *
     * @param files the files that are mapped, in the order of addresses
     * @param callers the addresses behind the calls
     */
    public List<CrashFrame> describe(List<MappedFile> files, List<ExecutorAddress> callers) {
        return CrashReporter.describe(guest.memory(), runtime, files, callers);
    }

    /**
     * Removes a program's function from those that run at the process's end, because nobody can
     * call Java when the JVM has ended: by a signal, or by {@code System.exit} in a callback.
     */
    private void forget(ExecutorAddress last, AtomicBoolean runs) {
        if (runs.getAndSet(false)) {
            var _ = runtime.calls().runAtExits(last);
        }
    }

    private static int finish(LocalProgram program, AtomicBoolean runs) {
        if (runs.get()) {
            program.runFinalizers();
        }
        return 0;
    }

    /** Calls a function; not the at-exit functions of a program, which its own exit calls. */
    @Override
    public int call(ExecutorAddress function) {
        return noted != null ? 0 : failures.watch(() -> run(GuestCall.of(function)));
    }

    private int run(GuestCall call) {
        try {
            return value(runtime.calls().call(call)).intValue();
        } catch (NoCodeException e) {
            throw refused(e);
        }
    }

    /** {@inheritDoc} What Java methods throw keeps no function from being called. */
    @Override
    public void callAll(List<ExecutorAddress> functions) {
        if (noted != null) {
            noted.noteFinalizers(functions);
            return;
        }
        var _ =
                failures.watch(
                        () -> {
                            functions.forEach(function -> run(GuestCall.of(function)));
                            return true;
                        });
    }

    @Override
    public void setArguments(List<String> newArguments) {
        arguments = List.copyOf(newArguments);
    }

    @Override
    public void callInitializers(List<ExecutorAddress> functions) {
        if (noted != null) {
            noted.noteInitializers(functions);
            return;
        }
        initializeLibraries(arguments);
        for (ExecutorAddress function : functions) {
            var _ = failures.watch(() -> run(runtime.calls().initializer(function, arguments)));
        }
    }

    private void initializeLibraries(List<String> ofMain) {
        if (provided != null) {
            var _ = value(runtime.calls().initializeLibraries(ofMain));
        }
    }

    @Override
    public ObservedCode codeArrived(
            String name, Supplier<List<SymbolRange>> symbols, Optional<byte[]> debugObject) {
        try {
            CodeEvents.Arrival code = runtime.code().arrived(name, symbols, debugObject);
            return () -> left(code);
        } catch (HostCallException e) {
            throw new TargetException(e.getMessage(), e);
        }
    }

    /** Tells observers of code that arrives from now on only when {@link #showCode} is called. */
    public void hideCode() {
        runtime.code().holdBack();
    }

    /** Tells observers of the code that has arrived since {@link #hideCode}. */
    public void showCode() {
        try {
            runtime.code().release();
        } catch (HostCallException e) {
            throw new TargetException(e.getMessage(), e);
        }
    }

    private static void left(CodeEvents.Arrival code) {
        try {
            code.left();
        } catch (HostCallException e) {
            throw new TargetException(e.getMessage(), e);
        }
    }

    @Override
    public boolean isAlive() {
        return true;
    }

    @Override
    public void close() {
        try {
            runtime.close();
        } catch (AllocationException e) {
            throw refused(e);
        } catch (HostCallException e) {
            throw new TargetException(e.getMessage(), e);
        }
    }

    static TargetException refused(AllocationException e) {
        return new TargetException(e.fullMessage(), e);
    }
}
