package dev.orcinus.jit.unwinding;

import java.lang.StackWalker.StackFrame;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.DirectMethodHandleDesc;
import java.lang.constant.MethodHandleDesc;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.GroupLayout;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * What a thread has to throw when its native call has returned: what a callback has thrown, or what
 * native code has. A call pays for a look at one variable. It has one value for each thread.
 */
public final class EscapedThrows {
    /** What the names of classes that implement bound interfaces contain. */
    public static final String BOUND_CLASS = "OrcinusBinding";

    private static final ThreadLocal<Throwable> KEPT = new ThreadLocal<>();
    private static final Object LOCK = new Object();

    /** What runs on a thread that only serves calls of native code. */
    private static final List<String> OURS =
            List.of("dev.orcinus.jit.", "dev.orcinus.platform.", "java.", "jdk.");

    /** What the steps that raise an exception in native code have at most, with a reserve. */
    private static final int FRAMES_TO_RAISE = 500;

    private static final MethodHandle KEEP;

    /** How many threads have something kept. */
    private static volatile int keptCount;

    static {
        try {
            KEEP =
                    MethodHandles.lookup()
                            .findStatic(
                                    EscapedThrows.class,
                                    "keep",
                                    MethodType.methodType(
                                            void.class, CallEntries.class, Throwable.class));
        } catch (ReflectiveOperationException impossible) {
            throw new LinkageError(impossible.getMessage(), impossible);
        }
    }

    private EscapedThrows() {}

    /** Returns the name of {@link #check}. */
    public static DirectMethodHandleDesc checker() {
        return MethodHandleDesc.ofMethod(
                DirectMethodHandleDesc.Kind.STATIC,
                ClassDesc.of(EscapedThrows.class.getName()),
                "check",
                ConstantDescs.MTD_void);
    }

    /** Throws what is kept for this thread, if anything is. */
    public static void check() {
        if (keptCount != 0) {
            throwKept();
        }
    }

    private static void throwKept() {
        Throwable kept = take();
        if (kept != null) {
            EscapedThrows.<RuntimeException>throwIt(kept);
        }
    }

    /** Returns what is kept for this thread, and keeps it no longer; null if nothing is. */
    public static Throwable take() {
        Throwable kept = keptCount == 0 ? null : KEPT.get();
        if (kept != null) {
            forget();
        }
        return kept;
    }

    @SuppressWarnings("unchecked") // a callback's own method declares it, or nobody does
    private static <T extends Throwable> void throwIt(Throwable thrown) throws T {
        throw (T) thrown;
    }

    private static void forget() {
        KEPT.remove();
        count(-1);
    }

    private static void count(int change) {
        synchronized (LOCK) {
            keptCount += change;
        }
    }

    /**
     * Returns a handle that keeps what a callback has thrown: {@code (Throwable)}. If native code
     * has made the thread, its handler for uncaught exceptions gets it.
     *
     * @param entries raise it in native code; may be null
     */
    public static MethodHandle keeper(CallEntries entries) {
        Objects.requireNonNull(CallerSearch.HERE);
        return MethodHandles.insertArguments(KEEP, 0, entries);
    }

    /**
     * Returns a callback that keeps what a method throws, and returns zero then.
     *
     * @param type the method's C type
     * @param entries raise it in native code; may be null
     */
    public static MethodHandle keeping(
            MethodHandle method, FunctionDescriptor type, CallEntries entries) {
        Class<?> result = method.type().returnType();
        MethodHandle none =
                result == MemorySegment.class
                        ? MethodHandles.constant(result, nothing(type.returnLayout().orElse(null)))
                        : MethodHandles.zero(result);
        MethodHandle fallback =
                MethodHandles.foldArguments(
                        MethodHandles.dropArguments(none, 0, Throwable.class), keeper(entries));
        return MethodHandles.catchException(method, Throwable.class, fallback);
    }

    private static MemorySegment nothing(MemoryLayout result) {
        return result instanceof GroupLayout
                ? MemorySegment.ofArray(new long[(int) (result.byteSize() + 7) / Long.BYTES])
                : MemorySegment.NULL;
    }

    @SuppressWarnings("UnusedMethod") // called through its method handle
    private static void keep(CallEntries entries, Throwable thrown) {
        boolean isCalledByJava;
        try {
            isCalledByJava = isCalledByJava();
        } catch (StackOverflowError e) {
            keepAtEndOfStack(thrown);
            return;
        }
        if (!isCalledByJava) {
            Thread thread = Thread.currentThread();
            thread.getUncaughtExceptionHandler().uncaughtException(thread, thrown);
            return;
        }
        keep(thrown);
        if (entries != null && hasRoom(FRAMES_TO_RAISE)) {
            entries.raise();
        }
    }

    /** Native code goes on with a result of zero, and its call throws the exception. */
    private static void keepAtEndOfStack(Throwable thrown) {
        if (KEPT.get() == null) {
            keep(thrown);
        }
    }

    /** Returns whether the stack has room for so many frames: a step must not be half done. */
    private static boolean hasRoom(int frames) {
        try {
            return frames == 0 || hasRoom(frames - 1);
        } catch (StackOverflowError e) {
            return false;
        }
    }

    /** Keeps an exception for the thread's native call. */
    @SuppressWarnings("ReferenceEquality") // an exception is an object
    static void keep(Throwable thrown) {
        Throwable earlier = KEPT.get();
        if (earlier == null) {
            KEPT.set(thrown);
            count(1);
        } else if (earlier != thrown) {
            earlier.addSuppressed(thrown);
        }
    }

    /** Forgets an exception that native code has from now on. */
    @SuppressWarnings("ReferenceEquality") // an exception is an object
    static void drop(Throwable thrown) {
        if (KEPT.get() == thrown) {
            forget();
        }
    }

    /** A call throws something else: what is kept for this thread is told with it. */
    public static <T extends Throwable> T insteadOfKept(T thrown) {
        Throwable kept = take();
        if (kept != null) {
            thrown.addSuppressed(kept);
        }
        return thrown;
    }

    /** Returns what is kept for this thread, or null. */
    static Throwable kept() {
        return KEPT.get();
    }

    /**
     * Returns whether this thread runs a native call of Java. If not, native code has made the
     * thread.
     */
    private static boolean isCalledByJava() {
        return CallerSearch.WALKER.walk(CallerSearch.HERE);
    }

    /**
     * Looks for a frame that is not ours. It is initialized with the first callback: the stack of
     * the first exception may end too soon for that.
     */
    private static final class CallerSearch implements Function<Stream<StackFrame>, Boolean> {
        // A method reference, and a bound interface, are classes whose frames are hidden.
        static final StackWalker WALKER =
                StackWalker.getInstance(StackWalker.Option.SHOW_HIDDEN_FRAMES);

        static final CallerSearch HERE = new CallerSearch();

        static {
            var _ = WALKER.walk(HERE);
        }

        @Override
        public Boolean apply(Stream<StackFrame> frames) {
            for (Iterator<StackFrame> all = frames.iterator(); all.hasNext(); ) {
                if (isOfCaller(all.next().getClassName())) {
                    return true;
                }
            }
            return false;
        }

        private static boolean isOfCaller(String name) {
            if (name.contains(BOUND_CLASS)) {
                return true;
            }
            for (String ours : OURS) {
                if (name.startsWith(ours)) {
                    return false;
                }
            }
            return true;
        }
    }
}
