package dev.orcinus.executor;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.orcinus.platform.ExecutorAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HexFormat;

/** Small guest code for x86-64, written by hand. Skips the test on other processors. */
public final class Code {
    private Code() {}

    private static byte[] bytes(String hex) {
        assumeTrue(
                System.getProperty("os.arch").equals("amd64"), "the guest code here is x86-64's");
        return HexFormat.of().parseHex(hex.replace(" ", ""));
    }

    private static String imm64(ExecutorAddress address) {
        ByteBuffer bytes = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        return HexFormat.of().formatHex(bytes.putLong(0, address.value()).array());
    }

    /** Returns {@code int f(int n)}, which returns {@code n + 1}. */
    public static byte[] increment() {
        return bytes("8d 47 01 c3"); // lea eax, [rdi + 1]; ret
    }

    /** Returns {@code int f(void)}, which returns -1. */
    public static byte[] minusOne() {
        return bytes("b8 ff ff ff ff c3"); // mov eax, -1; ret
    }

    /** Returns a wrapper function that adds 1 to the 32 bits at {@code counter} and succeeds. */
    public static byte[] count(ExecutorAddress counter) {
        return bytes(
                "48 b8 "
                        + imm64(counter) // movabs rax, counter
                        + "f0 ff 00" // lock inc dword [rax]
                        + "31 c0 ba 01 00 00 00 c3"); // xor eax, eax; mov edx, 1; ret
    }

    /**
     * Returns a wrapper function that waits until the byte at {@code gate} is not 0, then succeeds.
     */
    public static byte[] spinUntil(ExecutorAddress gate) {
        return bytes(
                "48 b8 "
                        + imm64(gate) // movabs rax, gate
                        + "f3 90 80 38 00 74 f9" // loop: pause; cmp byte [rax], 0; je loop
                        + "31 c0 ba 01 00 00 00 c3"); // xor eax, eax; mov edx, 1; ret
    }

    /** Returns a wrapper function that passes its arguments on to a handler of the controller. */
    public static byte[] dispatch(
            ExecutorAddress dispatch, ExecutorAddress context, ExecutorAddress tag) {
        return bytes(
                "48 89 f1 48 89 fa" // mov rcx, rsi; mov rdx, rdi
                        + "48 bf "
                        + imm64(context) // movabs rdi, context
                        + "48 be "
                        + imm64(tag) // movabs rsi, tag
                        + "48 b8 "
                        + imm64(dispatch) // movabs rax, dispatch
                        + "ff e0"); // jmp rax
    }
}
