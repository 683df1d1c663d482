package dev.orcinus.runtime.flight;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import jdk.jfr.FlightRecorder;

/**
 * Notes events for JDK Flight Recorder, if the JVM is recording. If it is not, or does not have the
 * module {@code jdk.jfr}, a note costs a read of a field or two. Any thread may use it.
 */
public final class FlightNotes {
    private static final boolean IS_POSSIBLE =
            ModuleLayer.boot().findModule("jdk.jfr").filter(FlightNotes::isReadable).isPresent();

    private static final FlightNote NONE = () -> {};

    /** What happens. */
    public enum Kind {
        /** Objects are linked: their names. */
        LINK,
        /** A phase of linking: its name. */
        LINK_PHASE,
        /** Initializers of a dylib run: its name. */
        INITIALIZE,
        /** Loaded code calls a Java method: the symbol by which it does. */
        CALL_INTO_JAVA,
        /** An executor serves a session. */
        SESSION,
        /** Loaded code has crashed: how and where. */
        CRASH,
        /** A checkpoint of a guest process is taken: its process id. */
        CHECKPOINT
    }

    private FlightNotes() {}

    /** Asks the only class of {@code jdk.jfr} that is loaded without a recording. */
    private static final class Recorder {
        private Recorder() {}

        static boolean isOn() {
            return FlightRecorder.isInitialized();
        }
    }

    private static boolean isReadable(Module jfr) {
        return FlightNotes.class.getModule().canRead(jfr);
    }

    /** Returns whether the JVM is recording. */
    public static boolean areOn() {
        return IS_POSSIBLE && Recorder.isOn();
    }

    /**
     * Begins an event.
     *
     * @param subject what it is about, as the kind says
     */
    public static FlightNote begin(Kind kind, String subject) {
        return areOn() ? FlightEvents.begin(kind, subject) : NONE;
    }

    /** Notes an event without a duration. */
    public static void tell(Kind kind, String subject) {
        begin(kind, subject).close();
    }

    /**
     * Returns a handle that does what {@code method} does, and notes each call if the JVM is
     * recording now.
     *
     * @param symbol the name by which loaded code knows the method
     */
    public static MethodHandle around(String symbol, MethodHandle method) {
        return areOn() ? noted(symbol, method) : method;
    }

    private static MethodHandle noted(String symbol, MethodHandle method) {
        MethodHandles.Lookup lookup = MethodHandles.lookup();
        try {
            MethodHandle begin =
                    lookup.findStatic(
                            FlightNotes.class,
                            "begin",
                            MethodType.methodType(FlightNote.class, Kind.class, String.class));
            MethodHandle close =
                    lookup.findVirtual(
                            FlightNote.class, "close", MethodType.methodType(void.class));
            MethodHandle noting = MethodHandles.dropArguments(method, 0, FlightNote.class);
            MethodHandle closing =
                    MethodHandles.tryFinally(noting, cleanup(close, method.type().returnType()));
            return MethodHandles.collectArguments(
                    closing,
                    0,
                    MethodHandles.insertArguments(begin, 0, Kind.CALL_INTO_JAVA, symbol));
        } catch (ReflectiveOperationException impossible) {
            throw new LinkageError(impossible.getMessage(), impossible);
        }
    }

    /** Returns {@code (thrown, result, note) -> { note.close(); return result; }}. */
    private static MethodHandle cleanup(MethodHandle close, Class<?> result) {
        if (result == void.class) {
            return MethodHandles.dropArguments(close, 0, Throwable.class);
        }
        MethodHandle identity =
                MethodHandles.dropArguments(MethodHandles.identity(result), 1, FlightNote.class);
        MethodHandle closeFirst = MethodHandles.foldArguments(identity, 1, close);
        return MethodHandles.dropArguments(closeFirst, 0, Throwable.class);
    }
}
