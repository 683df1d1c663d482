package dev.orcinus.tests.daemon;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.tests.controller.Services;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HexFormat;

/**
 * Guest code for x86-64 that crashes or damages its process. Skips the test on other processors.
 */
final class CrashCode {
    private CrashCode() {}

    private static byte[] bytes(String hex) {
        assumeTrue("amd64".equals(System.getProperty("os.arch")), "the guest code is for x86-64");
        return HexFormat.of().parseHex(hex.replace(" ", ""));
    }

    private static String imm64(ExecutorAddress address) {
        ByteBuffer bytes = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        return HexFormat.of().formatHex(bytes.putLong(0, address.value()).array());
    }

    /** Returns code that writes to address 8. */
    static byte[] writeToNowhere() {
        return bytes("c7 04 25 08 00 00 00 01 00 00 00 c3"); // mov dword [8], 1; ret
    }

    /** Returns code that calls address 16. */
    static byte[] callNowhere() {
        return bytes("b8 10 00 00 00 ff d0 c3"); // mov eax, 16; call rax; ret
    }

    /** Returns code that executes an invalid instruction. */
    static byte[] undefinedInstruction() {
        return bytes("0f 0b"); // ud2
    }

    /** Returns code that divides by zero. */
    static byte[] divideByZero() {
        return bytes("31 c9 31 d2 f7 f1"); // xor ecx, ecx; xor edx, edx; div ecx
    }

    /** Returns code that uses up its stack. */
    static byte[] overflow() {
        // loop: sub rsp, 4096; or dword [rsp], 0; jmp loop
        return bytes("48 81 ec 00 10 00 00 83 0c 24 00 eb f3");
    }

    /** Returns code that runs for ever. */
    static byte[] loop() {
        return bytes("eb fe"); // loop: jmp loop
    }

    /** Returns code that writes before the start of a heap block, and frees the block. */
    static byte[] corruptHeap(Services services) {
        return bytes(
                "50 bf 18 00 00 00" // push rax; mov edi, 24
                        + "48 b8"
                        + imm64(services.processSymbol("malloc")) // movabs rax, malloc
                        + "ff d0 48 c7 40 f8 7f 7f 7f 7f" // call rax; mov qword [rax - 8],
                        // 0x7f7f7f7f
                        + "48 89 c7" // mov rdi, rax
                        + "48 b8"
                        + imm64(services.processSymbol("free")) // movabs rax, free
                        + "ff d0 58 c3"); // call rax; pop rax; ret
    }

    /**
     * Returns code that forks three times in each process: seven children, which wait for ever. The
     * parent returns.
     *
     * @param newSession whether a child leaves the process group
     */
    static byte[] fork(Services services, boolean newSession) {
        return bytes(
                "53 41 54" // push rbx; push r12
                        + "50 bb 03 00 00 00" // push rax; mov ebx, 3
                        + "45 31 e4" // xor r12d, r12d
                        + "48 b8"
                        + imm64(services.processSymbol("fork")) // again: movabs rax, fork
                        + "ff d0 85 c0 75 06" // call rax; test eax, eax; jne parent
                        + "41 bc 01 00 00 00" // mov r12d, 1
                        + "ff cb 75 e6" // parent: dec ebx; jne again
                        + "45 85 e4 74 1a" // test r12d, r12d; je original
                        + "48 b8"
                        + imm64(services.processSymbol(newSession ? "setsid" : "getpid"))
                        + "ff d0" // movabs rax, setsid; call rax
                        + "48 b8"
                        + imm64(services.processSymbol("pause")) // wait: movabs rax, pause
                        + "ff d0 eb f2" // call rax; jmp wait
                        + "58 41 5c 5b" // original: pop rax; pop r12; pop rbx
                        + "31 c0 ba 01 00 00 00 c3"); // xor eax, eax; mov edx, 1; ret
    }
}
