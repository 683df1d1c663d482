package dev.orcinus.loader.targets.local;

import dev.orcinus.loader.LinkException;
import dev.orcinus.loader.TargetException;
import dev.orcinus.loader.targets.LinkTarget;
import dev.orcinus.loader.targets.SegmentPlan;
import dev.orcinus.loader.targets.TargetAllocation;
import dev.orcinus.memory.AllocationException;
import dev.orcinus.memory.MemoryManager;
import dev.orcinus.platform.AddressRange;
import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.Triple;
import dev.orcinus.platform.spi.Host;
import dev.orcinus.platform.spi.HostCallException;
import dev.orcinus.platform.spi.HostMemory.SlabPlace;
import dev.orcinus.platform.spi.HostThreadLocals.Block;
import dev.orcinus.platform.spi.HostThreadLocals.Request;
import dev.orcinus.runtime.threadlocals.ThreadLocalBlocks;
import dev.orcinus.runtime.unwind.UnwindRegistry;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/**
 * This process. Code is linked straight into the pages where it will run. {@code main} runs on a
 * thread with a big stack, everything else on the thread that calls.
 */
public final class LocalTarget implements LinkTarget {
    /** What {@code main} gets from a usual {@code ulimit -s}. */
    private static final long MAIN_STACK_BYTES = 8L << 20;

    private static final String MAIN_NAME = "main of loaded code";

    private final Host host;
    private final MemoryManager manager;
    private final UnwindRegistry unwinder;
    private final ThreadLocalBlocks threadLocals;

    /** A target without allocations. */
    public LocalTarget(Host host) {
        this.host = host;
        this.manager = new MemoryManager(host.memory());
        this.unwinder = new UnwindRegistry(host.unwinder(), host.memory(), manager);
        this.threadLocals = new ThreadLocalBlocks(host.threadLocals());
    }

    @Override
    public Triple triple() {
        return host.triple();
    }

    @Override
    public long pageSizeBytes() {
        return host.memory().pageSizeBytes();
    }

    @Override
    public boolean sharesReservations() {
        return true;
    }

    @Override
    public AddressRange reserve(long sizeBytes) throws TargetException {
        host.libraries().process(); // loads the C++ runtime, which has to be near, too
        try {
            return manager.reserveNearLibraries(sizeBytes);
        } catch (AllocationException e) {
            throw refused(e);
        }
    }

    @Override
    public AddressRange reserveLow(long sizeBytes) throws TargetException {
        try {
            return manager.reserveSlab(sizeBytes, SlabPlace.LOW);
        } catch (AllocationException e) {
            throw refused(e);
        }
    }

    @Override
    public void release(AddressRange reservation) throws TargetException {
        try {
            manager.release(List.of(reservation.start())).run();
        } catch (AllocationException e) {
            throw refused(e);
        }
    }

    @Override
    public TargetAllocation begin(List<SegmentPlan> segments) throws TargetException {
        return new LocalAllocation(
                manager, new LocalActions(host.calls(), unwinder, threadLocals), segments);
    }

    @Override
    public void deallocate(List<ExecutorAddress> keys) throws TargetException {
        try {
            manager.deinitialize(keys).run();
        } catch (AllocationException e) {
            throw refused(e);
        }
    }

    @Override
    public Block openThreadLocals(Request request, int owners) throws TargetException {
        try {
            return threadLocals.open(request, owners);
        } catch (HostCallException e) {
            throw new TargetException(e.getMessage(), e);
        }
    }

    @Override
    public void closeThreadLocals(ExecutorAddress handle) throws TargetException {
        try {
            threadLocals.close(handle);
        } catch (HostCallException e) {
            throw new TargetException(e.getMessage(), e);
        }
    }

    @Override
    public ExecutorAddress process() {
        return host.libraries().process();
    }

    @Override
    public ExecutorAddress open(String path) throws TargetException {
        try {
            return host.libraries().open(path);
        } catch (HostCallException e) {
            throw new TargetException(e.getMessage(), e);
        }
    }

    @Override
    public List<ExecutorAddress> find(ExecutorAddress handle, List<String> names)
            throws TargetException {
        List<ExecutorAddress> found = new ArrayList<>(names.size());
        for (String name : names) {
            Optional<ExecutorAddress> own =
                    handle.equals(process()) ? findOwn(name) : Optional.empty();
            found.add(
                    own.or(() -> host.libraries().find(handle, name)).orElse(ExecutorAddress.NULL));
        }
        return found;
    }

    /** What linked code gets in place of the C library's. */
    private Optional<ExecutorAddress> findOwn(String name) throws TargetException {
        try {
            return host.threadLocals().find(name);
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
            throw e.getCause() instanceof RuntimeException cause ? cause : e;
        }
    }

    private void complete(
            CompletableFuture<Integer> result, ExecutorAddress function, List<String> arguments) {
        try {
            result.complete(host.calls().callMain(function, arguments));
        } catch (RuntimeException e) {
            result.completeExceptionally(e);
        }
    }

    /**
     * Lets a program have this process, which ends with it.
     *
     * @return why the program could not be started
     */
    public LinkException exec(LocalProgram program) {
        host.threadLocals().tidyEnvironment();
        CompletableFuture<LinkException> failure = new CompletableFuture<>();
        Thread main =
                new Thread(
                        null, () -> failure.complete(become(program)), MAIN_NAME, MAIN_STACK_BYTES);
        main.start();
        return failure.join();
    }

    private LinkException become(LocalProgram program) {
        try (AutoCloseable _ = host.process().prepareGuestThread()) {
            ExecutorAddress exit = find(process(), List.of("exit")).getFirst();
            ExecutorAddress last = host.calls().exportPointerConsumer(_ -> finish(program));
            host.process().atExit(last, ExecutorAddress.NULL, ExecutorAddress.NULL);
            program.initialize();
            int status = host.calls().callMain(program.entry(), program.arguments());
            host.calls().callInt(exit, status);
            throw new AssertionError("exit has returned");
        } catch (LinkException e) {
            return e;
        } catch (Exception e) {
            return new TargetException(e.getMessage(), e);
        }
    }

    private static int finish(LocalProgram program) throws LinkException {
        program.runFinalizers();
        return 0;
    }

    @Override
    public int call(ExecutorAddress function) {
        return host.calls().callInt(function);
    }

    @Override
    public DebugRegistration showToDebuggers(byte[] object) throws TargetException {
        return new ShownObject(host.debugger(), object);
    }

    @Override
    public boolean isAlive() {
        return true;
    }

    @Override
    public void close() throws TargetException {
        try {
            manager.close();
            threadLocals.closeAll();
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
