package dev.orcinus.platform.spi.guest;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.WrapperFunctionResult;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** How each kind of function treats registers and Java exceptions. */
final class ExportedFunctionTest {
    private static final byte[] BYTES = {1, 2, 3};

    /** A call with four registers, whose pointers all point to the same bytes. */
    private static final class Call implements Upcall {
        private final List<Long> registers;
        private Object result;

        Call(long... registers) {
            this.registers = Arrays.stream(registers).boxed().toList();
        }

        @Override
        public long argument(int index) {
            return registers.get(index);
        }

        @Override
        public MemorySegment bytes(ExecutorAddress address, long sizeBytes) {
            assertEquals(0x100, address.value());
            return MemorySegment.ofArray(BYTES).asSlice(0, sizeBytes);
        }

        @Override
        public void returns(long value) {
            result = value;
        }

        @Override
        public void returns(WrapperFunctionResult value) {
            result = value;
        }

        Object resultOf(ExportedFunction function) {
            function.serve(this);
            return result;
        }
    }

    @Test
    void aWrapperFunctionGetsItsBytes() {
        ExportedFunction echo =
                ExportedFunction.wrapper(a -> WrapperFunctionResult.of(a.toArray(JAVA_BYTE)));
        assertEquals(
                WrapperFunctionResult.of(new byte[] {1, 2}),
                new Call(0x100, 2, 0, 0).resultOf(echo));
    }

    @Test
    void theDispatchFunctionGetsContextAndTag() {
        ExportedFunction dispatch =
                ExportedFunction.dispatch(
                        (context, tag, arguments) ->
                                WrapperFunctionResult.of(
                                        new byte[] {
                                            (byte) context.value(),
                                            (byte) tag.value(),
                                            (byte) arguments.byteSize()
                                        }));
        assertEquals(
                WrapperFunctionResult.of(new byte[] {7, 8, 3}),
                new Call(7, 8, 0x100, 3).resultOf(dispatch));
    }

    @Test
    void aFunctionGetsFourRegisters() {
        assertEquals(
                4321L,
                new Call(1, 2, 3, 4)
                        .resultOf(
                                ExportedFunction.of(
                                        (a, b, c, d) -> a + 10 * b + 100 * c + 1000 * d)));
    }

    @Test
    void whatIsThrownReachesNobody() {
        assertEquals(
                new WrapperFunctionResult.OutOfBandError("java.lang.AssertionError: bug"),
                new Call(0x100, 0, 0, 0)
                        .resultOf(
                                ExportedFunction.wrapper(
                                        _ -> {
                                            throw new AssertionError("bug");
                                        })));
        assertEquals(
                -1L,
                new Call(0, 0, 0, 0)
                        .resultOf(
                                ExportedFunction.of(
                                        (_, _, _, _) -> {
                                            throw new Exception("told on standard error");
                                        })));
    }
}
