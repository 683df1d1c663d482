package dev.orcinus.jit;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.orcinus.formats.elf.Elf;
import dev.orcinus.formats.elf.FramedCodeObject;
import dev.orcinus.jit.unwinding.CallEntries;
import dev.orcinus.jit.unwinding.NativeSide;
import dev.orcinus.loader.TargetException;
import dev.orcinus.loader.graph.DebugObject;
import dev.orcinus.loader.targets.LinkTarget;
import dev.orcinus.loader.targets.local.LocalTarget;
import dev.orcinus.platform.AddressRange;
import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.spi.HostCallException;
import dev.orcinus.platform.spi.guest.ExportedFunction;
import dev.orcinus.platform.spi.guest.InProcessGuest;
import dev.orcinus.platform.spi.host.HostProvider;
import dev.orcinus.runtime.crash.CrashFrame;
import dev.orcinus.runtime.observe.SymbolRange;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * This process, with its entries between Java and native code, which all {@link InProcessJit}s
 * share and which stay. Many threads may use it.
 */
final class InProcessSide implements NativeSide {
    private static final String JAVA = "java";
    private static final FunctionDescriptor FOUR_WORDS =
            FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG);
    private static final List<WeakReference<LocalTarget>> TARGETS = new CopyOnWriteArrayList<>();

    private static final AtomicBoolean PREPARED = new AtomicBoolean();

    /** Made when the first handle is. */
    private static final class Holder {
        static final CallEntries ENTRIES = CallEntries.of(new InProcessSide());
    }

    private final InProcessGuest guest;
    private final LocalTarget target;

    private InProcessSide() {
        this.guest = HostProvider.current().guestInThisProcess();
        this.target = new LocalTarget(guest);
        if (DebugObject.isForAll()) {
            guest.debugger().runtimeCode().forEach(this::show);
        }
    }

    /** Tells debuggers how to go through the frames of Java, as long as this process lives. */
    private void show(AddressRange java) {
        int machine = guest.triple().arch().equals("x86_64") ? Elf.EM_X86_64 : Elf.EM_AARCH64;
        byte[] object =
                FramedCodeObject.write(machine, JAVA, java.start().value(), java.sizeBytes());
        // perf has the names of Java from the JVM.
        SymbolRange none = new SymbolRange(JAVA, AddressRange.of(java.start(), 0));
        target.codeArrived(JAVA, () -> List.of(none), Optional.of(object));
    }

    /** Returns the entries, or null if this system has none. */
    static CallEntries entries() {
        return Holder.ENTRIES;
    }

    /** Makes the entries on a thread of its own, if nobody has begun to. */
    static void prepare() {
        if (!PREPARED.getAndSet(true)) {
            Thread.ofPlatform().daemon().name("orcinus-entries").start(InProcessSide::makeEntries);
        }
    }

    private static void makeEntries() {
        try {
            CallEntries entries = entries();
            if (entries != null) {
                entries.prepare();
            }
        } catch (LinkageError | RuntimeException e) {
            // the first call throws it
        }
    }

    /** Functions of this target's code are named as well. */
    static void add(LocalTarget target) {
        TARGETS.removeIf(known -> known.get() == null);
        TARGETS.add(new WeakReference<>(target));
    }

    @Override
    public LinkTarget target() {
        return target;
    }

    @Override
    public void write(ExecutorAddress place, long... words) {
        if (!guest.memory().tryWrite(MemorySegment.ofArray(words), place)) {
            throw new TargetException("cannot write at " + place, null);
        }
    }

    @Override
    public void onRestored(Runnable step) {
        // this process does not go back
    }

    @Override
    public boolean read(ExecutorAddress start, MemorySegment to) {
        return guest.memory().tryRead(start, to);
    }

    @Override
    public List<ExecutorAddress> export(List<ExportedFunction> functions) {
        try {
            return guest.export(functions);
        } catch (HostCallException e) {
            throw new TargetException(e.getMessage(), e);
        }
    }

    @Override
    public long call(ExecutorAddress function, long a, long b, long c, long d) {
        try {
            MemorySegment symbol = guest.inProcessCalls().symbol(function);
            MethodHandle caller = guest.inProcessCalls().downcall(FOUR_WORDS);
            return (long) caller.invokeExact(symbol, a, b, c, d);
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable impossible) {
            throw new LinkageError(impossible.getMessage(), impossible);
        }
    }

    /** Returns the functions from the first one of linked code on: before are the runtime's. */
    @Override
    public List<String> frames(List<ExecutorAddress> callers) {
        List<LocalTarget> targets =
                TARGETS.stream().map(WeakReference::get).filter(Objects::nonNull).toList();
        List<String> lines = new ArrayList<>();
        for (ExecutorAddress caller : callers) {
            CrashFrame frame = frame(targets, caller);
            if (frame.isLinked() || !lines.isEmpty()) {
                lines.add(frame.text());
            }
        }
        return lines;
    }

    private CrashFrame frame(List<LocalTarget> targets, ExecutorAddress caller) {
        for (LocalTarget known : targets) {
            CrashFrame frame = known.describe(List.of(), List.of(caller)).getFirst();
            if (frame.isLinked()) {
                return frame;
            }
        }
        return target.describe(List.of(), List.of(caller)).getFirst();
    }
}
