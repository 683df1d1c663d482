package dev.orcinus.tests.jit;

import dev.orcinus.jit.CallableDylib;
import dev.orcinus.jit.CallableJit;
import dev.orcinus.jit.JitObject;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * A JVM in which eight threads call functions whose object or dylib another thread closes, for many
 * rounds. If code were unmapped under a call, the process would crash.
 */
public final class ClosingRace {
    private static final int THREADS = 8;
    private static final int MOST_CALLS = 40;
    private static final int NAP_MICROS = 20;
    private static final FunctionDescriptor INT_OF_INT =
            FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT);

    private static volatile Round current;
    private static volatile boolean ended;

    private ClosingRace() {}

    /** The functions that one round calls. */
    private record Round(int number, MethodHandle quick, MethodHandle nap) {}

    /**
     * Runs the rounds.
     *
     * @param arguments the object {@code naps.o}, how many rounds, and the {@link JitKind}
     */
    public static void main(String[] arguments) throws Throwable {
        byte[] object = Files.readAllBytes(Path.of(arguments[0]));
        int rounds = Integer.parseInt(arguments[1]);
        AtomicLong calls = new AtomicLong();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < THREADS; i++) {
            boolean isVirtual = i == THREADS - 1;
            Thread.Builder kind = isVirtual ? Thread.ofVirtual() : Thread.ofPlatform();
            threads.add(kind.start(() -> call(calls)));
        }
        int refusals = 0;
        try (CallableJit jit = JitKind.valueOf(arguments[2]).open()) {
            for (int i = 0; i < rounds; i++) {
                refusals += round(jit, object, i);
            }
        }
        ended = true;
        for (Thread thread : threads) {
            thread.join();
        }
        System.out.println(rounds + " rounds, " + calls + " calls, " + refusals + " refusals");
    }

    /** Does one round and returns how often closing was refused. */
    private static int round(CallableJit jit, byte[] object, int number) throws Throwable {
        CallableDylib dylib = jit.createDylib("race");
        JitObject added = dylib.add("naps.o", object);
        MethodHandle quick = dylib.function("quick", INT_OF_INT);
        current = new Round(number, quick, dylib.function("nap", INT_OF_INT));
        int refusals = closeAtLast(number % 2 == 0 ? added::close : dylib::close);
        try {
            int result = (int) quick.invokeExact(1);
            throw new AssertionError("called after the end: " + result);
        } catch (IllegalStateException expected) {
            dylib.close();
        }
        return refusals;
    }

    private static int closeAtLast(Runnable close) {
        for (int refusals = 0; ; refusals++) {
            try {
                close.run();
                return refusals;
            } catch (IllegalStateException e) {
                if (!e.getMessage().matches(".* a call of '(quick|nap)' is inside of naps.o")) {
                    throw e;
                }
            }
        }
    }

    private static void call(AtomicLong calls) {
        int last = -1;
        while (!ended) {
            Round round = current;
            if (round == null || round.number == last) {
                LockSupport.parkNanos(1);
                continue;
            }
            last = round.number;
            for (int i = 0; i < MOST_CALLS && call(round, i); i++) {
                calls.incrementAndGet();
            }
        }
    }

    /** Calls a function and returns whether it could be called. */
    private static boolean call(Round round, int number) {
        try {
            MethodHandle function = number % 8 == 7 ? round.nap : round.quick;
            int argument = number % 8 == 7 ? NAP_MICROS : number;
            int result = (int) function.invokeExact(argument);
            if (result != (number % 8 == 7 ? argument : argument + 1)) {
                throw new AssertionError(result + " of " + argument);
            }
            return true;
        } catch (IllegalStateException gone) {
            return false;
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }
}
