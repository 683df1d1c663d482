package dev.orcinus.jit;

import dev.orcinus.loader.TargetException;
import dev.orcinus.loader.targets.isolated.IsolatedTarget;
import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.spi.HostCallException;
import dev.orcinus.platform.spi.guest.GuestOptions;
import dev.orcinus.platform.spi.host.HostProvider;
import dev.orcinus.runtime.flight.FlightNotes;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.Objects;

/**
 * A {@link Jit} that loads code into a native process of its own, which has no JVM and ends with
 * this one. Java calls the code through method handles, and the code can call Java. {@link
 * Jit#isolated()} makes one.
 *
 * <pre>{@code
 * try (IsolatedJit jit = Jit.isolated(); Arena shared = jit.sharedArena(1 << 20)) {
 *     IsolatedDylib parser = jit.createDylib("parser");
 *     parser.add(Path.of("parser.o"));
 *     parser.bind(Parser.class).parse(shared.allocateFrom(text));
 * } catch (GuestCrashException crash) {
 *     System.err.println(crash.backtrace());
 * }
 * }</pre>
 *
 * <p><b>Values.</b> Numbers and structs are passed by value. A pointer is a {@link MemorySegment}:
 * a part of a {@link #sharedArena}, which both sides have at the same address, or a segment of 0
 * bytes, which is an address of the process, such as one that the code has returned. Other segments
 * are refused with an {@link IllegalArgumentException}. {@link #read} and {@link #write} copy from
 * and to addresses of the process. Each Java thread calls on a thread of the process that it keeps
 * until it ends; virtual threads share theirs.
 *
 * <p><b>Crashes.</b> If the code ends its process, all calls that run there throw a {@link
 * dev.orcinus.loader.GuestCrashException}. Then the process goes on from its last checkpoint:
 * memory and the thread-local variables of the Java thread that has called code first are as they
 * were, and all handles and dylibs can be used. Threads that the code has made are gone; files,
 * descriptors' positions, output and shared arenas are not rolled back. Loading or removing code
 * makes a checkpoint worthless; {@link CheckpointPolicy} tells when a new one is taken. If there is
 * none, because the code has threads of its own or its calls never pause, everything that was
 * loaded is lost, and the next dylib is loaded into another process.
 */
public final class IsolatedJit extends CallableJit {
    private final CheckpointPolicy policy;
    private volatile IsolatedTarget target;
    private volatile IsolatedFunctions functions;

    private IsolatedJit(IsolatedTarget target, CheckpointPolicy policy) {
        super(target);
        this.policy = policy;
        use(target);
    }

    private void use(IsolatedTarget next) {
        functions = new IsolatedFunctions(next);
        target = next;
    }

    static IsolatedJit open(CheckpointPolicy policy) {
        return new IsolatedJit(start(policy), policy);
    }

    private static IsolatedTarget start(CheckpointPolicy policy) {
        try {
            return new IsolatedTarget(
                    HostProvider.current().startGuest(GuestOptions.ofSession()),
                    policy == CheckpointPolicy.AFTER_LOADING);
        } catch (HostCallException e) {
            throw new TargetException(e.getMessage(), e);
        }
    }

    /**
     * {@inheritDoc}
     *
     * @throws TargetException if the process is lost, and no other can be started
     */
    @Override
    public IsolatedDylib createDylib(String name) {
        Objects.requireNonNull(name, "name");
        synchronized (this) {
            requireLiving();
            return register(name, dylib -> new IsolatedDylib(this, dylib, name));
        }
    }

    /** Starts another process if this one is lost. */
    private synchronized void requireLiving() {
        if (!target.isAlive()) {
            IsolatedTarget lost = target;
            IsolatedTarget next = start(policy);
            startOver(next);
            use(next);
            lost.close();
        }
    }

    /**
     * Takes a checkpoint, to which the process goes back after the next crash.
     *
     * @throws IllegalStateException if a call of loaded code does not return within a second, if
     *     the code has threads of its own, or if something is being loaded
     * @throws dev.orcinus.loader.GuestCrashException if the process is lost
     */
    public void checkpoint() {
        target.recovering().checkpoint();
    }

    /**
     * {@inheritDoc} If the process is lost after a crash, the arena's segments can be read and
     * written as before, but not passed to code that is loaded later.
     */
    @Override
    @SuppressWarnings("MustBeClosedChecker") // the caller closes it
    public Arena sharedArena(long sizeBytes) {
        LimitedArena.requireSize(sizeBytes);
        requireLiving();
        long pages = Math.addExact(sizeBytes, LimitedArena.PAGE_BYTES - 1);
        long rounded = pages & -target.pageSizeBytes();
        Arena arena = Arena.ofShared();
        try {
            MemorySegment room = target.share(rounded, arena);
            return new LimitedArena(arena, room.asSlice(0, sizeBytes));
        } catch (RuntimeException e) {
            arena.close();
            throw e;
        }
    }

    /**
     * Returns an address at which loaded code, on any of its threads, can call a Java method as
     * long as an arena lives. Structs are passed as copies. If the method throws, native frames are
     * left as C++ would leave them, and the call that it was called from throws the exception.
     * Initializers, finalizers and functions that {@link JitDylib#run} calls go on instead, and a
     * {@link dev.orcinus.loader.LinkException} tells of the exception.
     *
     * <pre>{@code
     * MemorySegment compare = jit.callback(handle, FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS), arena);
     * sort.invokeExact(numbers, 100L, 4L, compare);
     * }</pre>
     *
     * @param method of the type that {@link FunctionDescriptor#toMethodType} returns
     * @return a segment of 0 bytes, to be passed as a pointer
     */
    public MemorySegment callback(MethodHandle method, FunctionDescriptor shape, Arena arena) {
        Objects.requireNonNull(method, "method");
        Objects.requireNonNull(shape, "shape");
        Objects.requireNonNull(arena, "arena");
        requireLiving();
        return functions.callback(FlightNotes.around("callback", method), shape, arena);
    }

    /**
     * Copies memory of the process.
     *
     * @param address where it begins there; its own size does not matter
     * @param target takes the bytes
     * @throws IndexOutOfBoundsException if some of it is not readable there
     */
    public void read(MemorySegment address, MemorySegment target) {
        Objects.requireNonNull(address, "address");
        Objects.requireNonNull(target, "target");
        copy(target, address, false);
    }

    /**
     * Copies memory to the process.
     *
     * @param source the bytes
     * @param address where they go; its own size does not matter
     * @throws IndexOutOfBoundsException if some of it is not writable there
     */
    public void write(MemorySegment source, MemorySegment address) {
        Objects.requireNonNull(source, "source");
        Objects.requireNonNull(address, "address");
        copy(source, address, true);
    }

    private void copy(MemorySegment bytes, MemorySegment address, boolean isWriting) {
        ExecutorAddress there = new ExecutorAddress(address.address());
        if (!target.copy(bytes, there, isWriting)) {
            throw new IndexOutOfBoundsException(
                    "the process cannot %s 0x%x bytes at %s"
                            .formatted(isWriting ? "write" : "read", bytes.byteSize(), there));
        }
    }

    IsolatedTarget target() {
        return target;
    }

    IsolatedFunctions functions() {
        return functions;
    }
}
