package dev.orcinus.platform.linux;

import static dev.orcinus.platform.linux.TestHost.GUEST;
import static dev.orcinus.platform.linux.TestHost.HOST;
import static dev.orcinus.platform.linux.TestHost.callInt;
import static dev.orcinus.platform.linux.TestHost.export;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.orcinus.bindings.foreign.CallByAddress;
import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.WrapperFunctionResult;
import dev.orcinus.platform.WrapperFunctionResult.OutOfBandError;
import dev.orcinus.platform.spi.HostCallException;
import dev.orcinus.platform.spi.guest.ExportedFunction;
import dev.orcinus.platform.spi.guest.GuestCall;
import dev.orcinus.platform.spi.guest.GuestInvoker;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Tests of calls, where the native functions are Java functions with native addresses. */
final class LinuxInvokerTest {
    private static final GuestInvoker INVOKER = GUEST.invoker();

    @Test
    void callsIntFunctions() {
        assertEquals((int) HOST.process().pid(), callInt(symbol("getpid"), 0));
        assertEquals(5, callInt(symbol("abs"), -5));
    }

    @Test
    void bytesGoThroughAWrapperInBothDirections() throws HostCallException {
        ExecutorAddress echo =
                export(
                        ExportedFunction.wrapper(
                                a -> WrapperFunctionResult.of(a.toArray(JAVA_BYTE))));
        for (int size : new int[] {0, 1, 7, 8, 9, 16, 4096, 1 << 20}) {
            byte[] bytes = new byte[size];
            new Random(size).nextBytes(bytes);
            WrapperFunctionResult expected = WrapperFunctionResult.of(bytes);
            assertEquals(expected, INVOKER.callWrapper(echo, MemorySegment.ofArray(bytes)).value());
            try (Arena arena = Arena.ofConfined()) {
                MemorySegment direct = arena.allocateFrom(JAVA_BYTE, bytes);
                assertEquals(expected, INVOKER.callWrapper(echo, direct).value());
            }
        }
    }

    @Test
    void everyWrapperOfAListHasItsOwnAddress() throws HostCallException {
        List<ExportedFunction> functions =
                IntStream.range(0, 200)
                        .mapToObj(i -> WrapperFunctionResult.of(new byte[] {(byte) i, 1}))
                        .map(result -> ExportedFunction.wrapper(_ -> result))
                        .toList();
        List<ExecutorAddress> addresses = GUEST.export(functions);
        assertEquals(200, addresses.stream().distinct().count());
        for (int i = 0; i < addresses.size(); i++) {
            assertEquals(
                    WrapperFunctionResult.of(new byte[] {(byte) i, 1}),
                    INVOKER.callWrapper(addresses.get(i), MemorySegment.NULL).value());
        }
    }

    @Test
    void anErrorIsPassedOutOfBandAndWhatIsThrownBecomesOne() throws HostCallException {
        List<ExecutorAddress> wrappers =
                GUEST.export(
                        List.of(
                                ExportedFunction.wrapper(_ -> new OutOfBandError("disconnecting")),
                                ExportedFunction.wrapper(
                                        _ -> {
                                            throw new IllegalStateException("broken");
                                        })));
        assertEquals(
                new OutOfBandError("disconnecting"),
                INVOKER.callWrapper(wrappers.get(0), MemorySegment.NULL).value());
        assertEquals(
                new OutOfBandError("java.lang.IllegalStateException: broken"),
                INVOKER.callWrapper(wrappers.get(1), MemorySegment.NULL).value());
    }

    @Test
    void dispatchReceivesAllFourArguments() {
        ExecutorAddress dispatch =
                export(
                        ExportedFunction.dispatch(
                                (context, tag, arguments) ->
                                        WrapperFunctionResult.of(
                                                (context + " " + tag + " " + arguments.byteSize())
                                                        .getBytes(UTF_8))));
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment data = arena.allocateFrom("abc");
            // only one result register is read here, so the result is large and lies in memory
            long result = CallByAddress.call(dispatch.value(), 0x10, -2, data.address(), 3);
            String text = "0x10 0xfffffffffffffffe 3";
            byte[] bytes = new byte[text.length()];
            GUEST.memory().tryRead(new ExecutorAddress(result), MemorySegment.ofArray(bytes));
            assertEquals(text, new String(bytes, UTF_8));
            callInt(symbol("free"), result);
        }
    }

    @Test
    void aFunctionsFailureIsMinusOne() {
        ExecutorAddress consumer =
                export(
                        ExportedFunction.of(
                                (pointer, _, _, _) -> {
                                    if (pointer == 0) {
                                        throw new Exception("expected by a test");
                                    }
                                    return pointer;
                                }));
        assertEquals(77, callInt(consumer, 77));
        assertEquals(-1, callInt(consumer, 0));
    }

    @Test
    void sixRegistersReachTheFunction() {
        ExecutorAddress function = symbol("snprintf");
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment text = arena.allocate(16);
            MemorySegment format = arena.allocateFrom("%d %d %d");
            GuestCall call = new GuestCall(function, text.address(), 16, format.address(), 4, 5, 6);
            assertEquals(5, INVOKER.call(call).value().intValue());
            assertEquals("4 5 6", text.getString(0));
        }
    }

    @Test
    void callsOfAListRunInTheirOrder() {
        List<Long> seen = new ArrayList<>();
        ExecutorAddress note =
                export(
                        ExportedFunction.of(
                                (a, _, _, _) -> {
                                    seen.add(a);
                                    return a + 1;
                                }));
        List<GuestCall> calls = List.of(GuestCall.of(note, 3), GuestCall.of(note, 1));
        assertEquals(List.of(4L, 2L), INVOKER.callAll(calls).value());
        assertEquals(List.of(3L, 1L), seen);
    }

    private static ExecutorAddress symbol(String name) {
        return GUEST.libraries().find(GUEST.libraries().process(), name).orElseThrow();
    }
}
