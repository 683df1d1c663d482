package dev.orcinus.platform.linux;

import static dev.orcinus.platform.linux.TestHost.HOST;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.orcinus.bindings.foreign.CallByAddress;
import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.WrapperFunctionResult;
import dev.orcinus.platform.WrapperFunctionResult.OutOfBandError;
import dev.orcinus.platform.spi.HostCallException;
import dev.orcinus.platform.spi.HostCalls;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Java functions with native addresses are the native functions to call. */
final class LinuxCallsTest {
    private static final HostCalls CALLS = HOST.calls();

    @Test
    void callsIntFunctions() {
        assertEquals((int) HOST.process().pid(), CALLS.callInt(symbol("getpid")));
        assertEquals(5, CALLS.callInt(symbol("abs"), -5));
    }

    @Test
    void bytesGoThroughAWrapperInBothDirections() throws HostCallException {
        ExecutorAddress echo =
                CALLS.exportWrappers(List.of(a -> WrapperFunctionResult.of(a.toArray(JAVA_BYTE))))
                        .getFirst();
        for (int size : new int[] {0, 1, 7, 8, 9, 16, 4096, 1 << 20}) {
            byte[] bytes = new byte[size];
            new Random(size).nextBytes(bytes);
            WrapperFunctionResult expected = WrapperFunctionResult.of(bytes);
            assertEquals(expected, CALLS.callWrapper(echo, MemorySegment.ofArray(bytes)));
            try (Arena arena = Arena.ofConfined()) {
                MemorySegment direct = arena.allocateFrom(JAVA_BYTE, bytes);
                assertEquals(expected, CALLS.callWrapper(echo, direct));
            }
        }
    }

    @Test
    void everyWrapperOfAListHasItsOwnAddress() throws HostCallException {
        List<HostCalls.WrapperFunction> functions =
                IntStream.range(0, 200)
                        .<HostCalls.WrapperFunction>mapToObj(
                                i -> _ -> WrapperFunctionResult.of(new byte[] {(byte) i, 1}))
                        .toList();
        List<ExecutorAddress> addresses = CALLS.exportWrappers(functions);
        assertEquals(200, addresses.stream().distinct().count());
        for (int i = 0; i < addresses.size(); i++) {
            assertEquals(
                    WrapperFunctionResult.of(new byte[] {(byte) i, 1}),
                    CALLS.callWrapper(addresses.get(i), MemorySegment.NULL));
        }
    }

    @Test
    void anErrorIsPassedOutOfBandAndWhatIsThrownBecomesOne() throws HostCallException {
        List<ExecutorAddress> wrappers =
                CALLS.exportWrappers(
                        List.of(
                                _ -> new OutOfBandError("disconnecting"),
                                _ -> {
                                    throw new IllegalStateException("broken");
                                }));
        assertEquals(
                new OutOfBandError("disconnecting"),
                CALLS.callWrapper(wrappers.get(0), MemorySegment.NULL));
        assertEquals(
                new OutOfBandError("java.lang.IllegalStateException: broken"),
                CALLS.callWrapper(wrappers.get(1), MemorySegment.NULL));
    }

    @Test
    void dispatchReceivesAllFourArguments() {
        ExecutorAddress dispatch =
                CALLS.exportDispatch(
                        (context, tag, arguments) ->
                                WrapperFunctionResult.of(
                                        (context + " " + tag + " " + arguments.byteSize())
                                                .getBytes(UTF_8)));
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment data = arena.allocateFrom("abc");
            // the result's registers are lost here: it must be large, and is looked for in memory
            long result = CallByAddress.call(dispatch.value(), 0x10, -2, data.address(), 3);
            String text = "0x10 0xfffffffffffffffe 3";
            byte[] bytes = new byte[text.length()];
            HOST.memory().tryRead(new ExecutorAddress(result), MemorySegment.ofArray(bytes));
            assertEquals(text, new String(bytes, UTF_8));
            CALLS.callVoid(symbol("free"), new ExecutorAddress(result));
        }
    }

    @Test
    void aPointerConsumersFailureIsMinusOne() {
        ExecutorAddress consumer =
                CALLS.exportPointerConsumer(
                        pointer -> {
                            if (pointer.isNull()) {
                                throw new Exception("expected by a test");
                            }
                            return (int) pointer.value();
                        });
        assertEquals(77, CALLS.callInt(consumer, 77));
        assertEquals(-1, CALLS.callInt(consumer, 0));
    }

    private static ExecutorAddress symbol(String name) {
        return HOST.libraries().find(HOST.libraries().process(), name).orElseThrow();
    }
}
