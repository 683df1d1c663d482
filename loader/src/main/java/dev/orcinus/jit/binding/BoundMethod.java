package dev.orcinus.jit.binding;

import dev.orcinus.jit.bind.Critical;
import dev.orcinus.jit.bind.LastErrorException;
import dev.orcinus.jit.bind.SaveError;
import dev.orcinus.jit.bind.Symbol;
import dev.orcinus.jit.bind.Unchecked;
import dev.orcinus.jit.bind.Variadic;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.GroupLayout;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** A method of an interface, and the handle that does what it says. It does not change. */
final class BoundMethod {
    /** Structs up to this size are returned in registers by all ABIs. */
    private static final long REGISTERS_BYTES = 16;

    /** Memory for small structs that are returned; initialized when a method returns one. */
    private static final class SmallStructs {
        private static final SegmentAllocator HEAP =
                (size, _) ->
                        MemorySegment.ofArray(new long[(int) (size + Long.BYTES - 1) / Long.BYTES]);
    }

    private final Method method;
    private final BoundLibrary library;
    private final Conversions conversions;

    BoundMethod(Method method, BoundLibrary library, Conversions conversions) {
        this.method = method;
        this.library = library;
        this.conversions = conversions;
    }

    Method method() {
        return method;
    }

    String symbol() {
        return symbolOf(method);
    }

    static String symbolOf(Method method) {
        Symbol symbol = method.getAnnotation(Symbol.class);
        return symbol == null ? method.getName() : symbol.value();
    }

    private boolean isChecked() {
        return !method.isAnnotationPresent(Unchecked.class)
                && !method.getDeclaringClass().isAnnotationPresent(Unchecked.class);
    }

    private boolean isCritical() {
        return method.isAnnotationPresent(Critical.class);
    }

    private boolean throwsLastError() {
        return List.of(method.getExceptionTypes()).contains(LastErrorException.class);
    }

    /** The types that a call passes, and how. */
    record Plan(List<Class<?>> types, List<Conversion> arguments, Conversion result) {
        FunctionDescriptor shape() {
            MemoryLayout[] parameters =
                    arguments.stream().map(Conversion::layout).toArray(MemoryLayout[]::new);
            return result == null
                    ? FunctionDescriptor.ofVoid(parameters)
                    : FunctionDescriptor.of(result.layout(), parameters);
        }
    }

    /**
     * Looks how values are passed. Nothing is linked.
     *
     * @throws BindingProblem if C has no such function
     */
    Plan plan() throws BindingProblem {
        List<Class<?>> types = new ArrayList<>();
        List<Conversion> arguments = new ArrayList<>();
        int fixed = method.getParameterCount() - (method.isVarArgs() ? 1 : 0);
        for (int i = 0; i < fixed; i++) {
            Conversion one = conversions.ofArgument(method.getParameters()[i], i, isCritical());
            if (isCritical() && CallbackType.functionOf(method.getParameterTypes()[i]) != null) {
                throw new BindingProblem("a @Critical function cannot call Java");
            }
            types.add(method.getParameterTypes()[i]);
            arguments.add(one);
        }
        Variadic variadic = method.getAnnotation(Variadic.class);
        if (variadic != null && (variadic.fixedCount() < 0 || variadic.fixedCount() > fixed)) {
            throw new BindingProblem(
                    "@Variadic(fixedCount = %d) of %d parameters"
                            .formatted(variadic.fixedCount(), fixed));
        }
        Conversion result =
                method.getReturnType() == void.class ? null : conversions.ofResult(method);
        return new Plan(types, arguments, result);
    }

    /** Returns a handle of the method's type. */
    MethodHandle link(Plan plan) {
        if (method.isVarArgs()) {
            return new VariadicMethod(this, plan).handle();
        }
        Variadic variadic = method.getAnnotation(Variadic.class);
        return link(plan, variadic == null ? -1 : variadic.fixedCount());
    }

    /**
     * Returns a handle that takes the plan's types.
     *
     * @param firstVariadic the index of the first variable argument, or -1
     */
    MethodHandle link(Plan plan, int firstVariadic) {
        boolean savesError = throwsLastError() || method.isAnnotationPresent(SaveError.class);
        List<Linker.Option> options = new ArrayList<>();
        if (firstVariadic >= 0) {
            options.add(Linker.Option.firstVariadicArg(firstVariadic));
        }
        if (savesError) {
            options.add(Linker.Option.captureCallState("errno"));
        }
        if (isCritical() && library.takesHeap()) {
            options.add(Linker.Option.critical(true));
        }
        MethodHandle call =
                library.function(
                        symbol(), plan.shape(), isChecked(), options.toArray(Linker.Option[]::new));
        MethodHandle converting = withResult(converting(call, plan, savesError), plan);
        MethodHandle scratched = withScratch(converting, savesError);
        return throwsLastError() ? failing(scratched) : scratched;
    }

    /** Returns the call with Java's arguments, behind a {@link CallScratch} if one is needed. */
    private static MethodHandle converting(MethodHandle call, Plan plan, boolean savesError) {
        boolean returnsStruct =
                plan.result() != null && plan.result().layout() instanceof GroupLayout;
        int first = (returnsStruct ? 1 : 0) + (savesError ? 1 : 0);
        MethodHandle all = call;
        for (int i = plan.arguments().size() - 1; i >= 0; i--) {
            Conversion argument = plan.arguments().get(i);
            if (argument.toC() != null) {
                all = MethodHandles.collectArguments(all, first + i, argument.toC());
            }
        }
        if (savesError) {
            all = MethodHandles.filterArguments(all, first - 1, ScratchHandles.STATE);
        }
        if (returnsStruct) {
            boolean isSmall = plan.result().layout().byteSize() <= REGISTERS_BYTES;
            all =
                    isSmall
                            ? MethodHandles.insertArguments(all, 0, SmallStructs.HEAP)
                            : all.asType(all.type().changeParameterType(0, CallScratch.class));
        }
        return all.type().parameterList().contains(CallScratch.class)
                ? Handles.joined(all, CallScratch.class)
                : all;
    }

    private MethodHandle failing(MethodHandle call) {
        return MethodHandles.filterReturnValue(
                call, FailedCalls.check(call.type().returnType(), method.getName()));
    }

    /** Returns the call between the beginning and the end of its memory's use. */
    private MethodHandle withScratch(MethodHandle call, boolean savesError) {
        if (call.type().parameterCount() == 0
                || call.type().parameterType(0) != CallScratch.class) {
            return call;
        }
        MethodHandle end = // (CallScratch, Throwable)
                savesError ? ScratchHandles.END_WITH_ERROR : ScratchHandles.END;
        Class<?> result = call.type().returnType();
        MethodHandle cleanup =
                MethodHandles.permuteArguments(
                        end,
                        MethodType.methodType(void.class, Throwable.class, CallScratch.class),
                        1,
                        0);
        if (result != void.class) {
            MethodHandle identity =
                    MethodHandles.dropArguments(
                            MethodHandles.dropArguments(
                                    MethodHandles.identity(result), 0, Throwable.class),
                            2,
                            CallScratch.class);
            cleanup =
                    MethodHandles.foldArguments(
                            identity, MethodHandles.dropArguments(cleanup, 1, result));
        }
        MethodHandle ending = MethodHandles.tryFinally(call, cleanup);
        return MethodHandles.collectArguments(
                ending,
                0,
                MethodHandles.insertArguments(ScratchHandles.BEGIN, 0, library.scratch()));
    }

    private static MethodHandle withResult(MethodHandle call, Plan plan) {
        return plan.result() == null || plan.result().toJava() == null
                ? call
                : MethodHandles.filterReturnValue(call, plan.result().toJava());
    }

    /** Returns the Java type of the method: what the interface says. */
    MethodType type() {
        return MethodType.methodType(method.getReturnType(), method.getParameterTypes());
    }

    Conversion variable(Class<?> type) throws BindingProblem {
        return conversions.ofVariable(type);
    }

    private String name() {
        return method.getDeclaringClass().getSimpleName() + "." + method.getName();
    }

    @Override
    public String toString() {
        return Arrays.stream(method.getParameterTypes())
                .map(Class::getSimpleName)
                .collect(Collectors.joining(", ", name() + "(", ")"));
    }
}
