package dev.orcinus.jit;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.orcinus.jit.unwinding.NativeSide;
import dev.orcinus.loader.targets.LinkTarget;
import dev.orcinus.loader.targets.isolated.IsolatedTarget;
import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.spi.guest.ExportedFunction;
import dev.orcinus.runtime.crash.CrashFrame;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.List;

/** The process of an {@link IsolatedJit} as its entries see it. Many threads may use it. */
final class IsolatedSide implements NativeSide {
    private static final FunctionDescriptor FOUR_WORDS =
            FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG);

    private final IsolatedTarget target;
    private final MethodHandle caller;

    IsolatedSide(IsolatedTarget target) {
        this.target = target;
        this.caller = target.calls().downcall(FOUR_WORDS);
    }

    @Override
    public LinkTarget target() {
        return target;
    }

    @Override
    public void write(ExecutorAddress place, long... words) {
        target.poke(MemorySegment.ofArray(words), place);
    }

    @Override
    public void onRestored(Runnable step) {
        target.onRestored(step);
    }

    @Override
    public boolean read(ExecutorAddress start, MemorySegment to) {
        return target.copy(to, start, false);
    }

    @Override
    public List<ExecutorAddress> export(List<ExportedFunction> functions) {
        return target.export(functions);
    }

    @Override
    public long call(ExecutorAddress function, long a, long b, long c, long d) {
        try {
            return (long) caller.invokeExact(function.value(), a, b, c, d);
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable impossible) {
            throw new LinkageError(impossible.getMessage(), impossible);
        }
    }

    @Override
    public List<String> frames(List<ExecutorAddress> callers) {
        return target.describe(callers).stream()
                .dropWhile(frame -> !frame.isLinked())
                .map(CrashFrame::text)
                .toList();
    }
}
