package dev.orcinus.platform.linux;

import static dev.orcinus.platform.linux.TestHost.GUEST;
import static dev.orcinus.platform.linux.TestHost.callInt;
import static dev.orcinus.platform.linux.TestHost.export;
import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.orcinus.bindings.foreign.NativeMemory;
import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.spi.guest.ExportedFunction;
import dev.orcinus.platform.spi.guest.GuestThreadLocals;
import dev.orcinus.platform.spi.guest.GuestThreadLocals.Block;
import dev.orcinus.platform.spi.guest.GuestThreadLocals.Import;
import dev.orcinus.platform.spi.guest.GuestThreadLocals.Request;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/**
 * Uses thread-local storage and its destructors without any linked code, so that it runs on each
 * processor. The main class of a JVM of its own.
 */
public final class ThreadLocalsGuest {
    private static final ExecutorAddress DYLIB = new ExecutorAddress(0x1000);
    private static final ExecutorAddress OTHER_DYLIB = new ExecutorAddress(0x2000);

    private static final List<Long> DESTROYED = Collections.synchronizedList(new ArrayList<>());

    private ThreadLocalsGuest() {}

    /** Prints {@code fine}, or throws. */
    public static void main(String[] arguments) throws Throwable {
        blocks();
        emulated();
        destructors();
        System.out.println("fine on " + GUEST.triple());
    }

    private static void require(String what, Object expected, Object found) {
        if (!expected.equals(found)) {
            throw new AssertionError(what + ": " + found + " in place of " + expected);
        }
    }

    private static MemorySegment function(String name) {
        return GUEST.inProcessCalls()
                .symbol(
                        GUEST.libraries()
                                .find(GUEST.libraries().process(), name)
                                .orElseThrow(() -> new AssertionError(name)));
    }

    private static long copyOf(long module, long offset) throws Throwable {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment pair = arena.allocateFrom(JAVA_LONG, module, offset);
            return (long)
                    GUEST.inProcessCalls()
                            .downcall(FunctionDescriptor.of(JAVA_LONG, ADDRESS))
                            .invokeExact(function("__tls_get_addr"), pair);
        }
    }

    private static void blocks() throws Throwable {
        GuestThreadLocals threadLocals = GUEST.threadLocals();
        byte[] content = {1, 2, 3};
        Import imported = new Import("_ZSt15__once_callable", ExecutorAddress.NULL, 0, false, true);
        Block block =
                threadLocals.open(
                        new Request("x.o", content, 64, 16, true, List.of(8L), List.of(imported)));
        long here = copyOf(block.module(), 0);
        require("alignment", 0L, here & 15);
        MemorySegment copy = NativeMemory.view(here, 64);
        require("content", 3, (int) copy.get(JAVA_BYTE, 2));
        require("zeros", 0, (int) copy.get(JAVA_BYTE, 63));
        GuestThreadLocals.Imported found = block.imports().getFirst();
        require(
                "an import's place",
                function("_ZSt15__once_callable").address(),
                copyOf(found.module(), found.offset()));
        require("a place in static TLS", false, block.threadPointerOffset() == 0);
        require(
                "a descriptor's function",
                true,
                GUEST.memory().isExecutable(block.descriptors().getFirst().function()));
        threadLocals.close(block.handle());
    }

    private static void emulated() throws Throwable {
        GuestThreadLocals threadLocals = GUEST.threadLocals();
        String variable = "_ZSt15__once_callable";
        long own = threadLocals.find("__emutls_v." + variable).orElseThrow().value();
        require("a native variable", function(variable).address(), emulated(own));
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment image = arena.allocateFrom(JAVA_LONG, 17L);
            MemorySegment other = arena.allocateFrom(JAVA_LONG, 8, 8, 0, image.address());
            long copy = emulated(other.address());
            require("an emulated variable", 17L, NativeMemory.view(copy, 8).get(JAVA_LONG, 0));
        }
    }

    private static long emulated(long object) throws Throwable {
        ExecutorAddress find = GUEST.threadLocals().find("__emutls_get_address").orElseThrow();
        return (long)
                GUEST.inProcessCalls()
                        .downcall(FunctionDescriptor.of(JAVA_LONG, JAVA_LONG))
                        .invokeExact(GUEST.inProcessCalls().symbol(find), object);
    }

    private static int register(ExecutorAddress destructor, long object, ExecutorAddress dylib)
            throws Throwable {
        ExecutorAddress atExit =
                GUEST.threadLocals().find(GuestThreadLocals.THREAD_AT_EXIT).orElseThrow();
        return (int)
                GUEST.inProcessCalls()
                        .downcall(FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_LONG))
                        .invokeExact(
                                GUEST.inProcessCalls().symbol(atExit),
                                destructor.value(),
                                object,
                                dylib.value());
    }

    private static void destructors() throws Throwable {
        ExecutorAddress destructor =
                export(
                        ExportedFunction.of(
                                (object, _, _, _) -> {
                                    DESTROYED.add(object);
                                    return 0;
                                }));
        CountDownLatch registered = new CountDownLatch(1);
        CountDownLatch end = new CountDownLatch(1);
        Thread thread =
                Thread.ofPlatform()
                        .start(
                                () -> {
                                    try {
                                        register(destructor, 1, DYLIB);
                                        register(destructor, 2, OTHER_DYLIB);
                                        register(destructor, 3, DYLIB);
                                        registered.countDown();
                                        end.await();
                                    } catch (Throwable e) {
                                        throw new AssertionError(e);
                                    }
                                });
        registered.await();
        require("registration", 0, register(destructor, 4, DYLIB));
        ExecutorAddress run =
                GUEST.threadLocals().find(GuestThreadLocals.RUN_DESTRUCTORS).orElseThrow();
        callInt(run, DYLIB.value());
        require("run at closing", List.of(4L, 3L, 1L), List.copyOf(DESTROYED));
        callInt(run, DYLIB.value());
        end.countDown();
        thread.join();
        for (int i = 0; DESTROYED.size() < 4 && i < 1000; i++) {
            Thread.sleep(5); // its native part may still be ending
        }
        require("run at a thread's end", List.of(4L, 3L, 1L, 2L), List.copyOf(DESTROYED));
    }
}
