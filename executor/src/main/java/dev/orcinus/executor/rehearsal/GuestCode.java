package dev.orcinus.executor.rehearsal;

import dev.orcinus.formats.code.CodeListing;
import dev.orcinus.platform.ExecutorAddress;

/**
 * The code that a rehearsal loads. It needs no relocations.
 *
 * @param returnZero {@code int main()} that returns 0
 * @param succeed a wrapper function that returns {@code SPSError} success
 * @param register an initializer that registers a function as an at-exit function of a dylib, with
 *     the holes {@code main}, {@code handle} and {@code register}
 */
record GuestCode(CodeListing returnZero, CodeListing succeed, CodeListing register) {
    /** Returns the code for a processor, as {@code os.arch} names it. */
    static GuestCode of(String osArch) {
        return switch (osArch) {
            case "amd64", "x86_64" -> new GuestCode(X64.RETURN_ZERO, X64.SUCCEED, X64.REGISTER);
            case "aarch64" -> new GuestCode(AArch64.RETURN_ZERO, AArch64.SUCCEED, AArch64.REGISTER);
            default -> throw new UnsupportedOperationException("no rehearsal for " + osArch);
        };
    }

    /**
     * Returns the initializer.
     *
     * @param main the function that the initializer registers
     * @param handle the handle of the dylib
     * @param register the registering function, {@code __cxa_atexit}
     */
    byte[] register(ExecutorAddress main, ExecutorAddress handle, ExecutorAddress register) {
        return this.register
                .fill()
                .with("main", main.value())
                .with("handle", handle.value())
                .with("register", register.value())
                .bytes();
    }

    private static final class X64 {
        static final CodeListing RETURN_ZERO =
                CodeListing.x64(
                        """
                          31c0  xorl %eax, %eax
                          c3    retq
                        """);

        static final CodeListing SUCCEED =
                CodeListing.x64(
                        """
                          31c0        xorl %eax, %eax
                          ba01000000  movl $1, %edx
                          c3          retq
                        """);

        static final CodeListing REGISTER =
                CodeListing.x64(
                        """
                          48bf0000000000000000[main:imm64]  movabsq $main, %rdi
                          48ba0000000000000000[handle:imm64]  movabsq $handle, %rdx
                          48b80000000000000000[register:imm64]  movabsq $register, %rax
                          ffe0                          jmpq *%rax
                        """);
    }

    private static final class AArch64 {
        static final CodeListing RETURN_ZERO =
                CodeListing.aarch64(
                        """
                          00008052  mov w0, #0
                          c0035fd6  ret
                        """);

        static final CodeListing SUCCEED =
                CodeListing.aarch64(
                        """
                          000080d2  mov x0, #0
                          210080d2  mov x1, #1
                          c0035fd6  ret
                        """);

        static final CodeListing REGISTER =
                CodeListing.aarch64(
                        """
                          80000058                      ldr x0, main_at
                          a2000058                      ldr x2, handle_at
                          d0000058                      ldr x16, register_at
                          00021fd6                      br x16
                        main_at:
                          0000000000000000[main:word64]  .quad main
                        handle_at:
                          0000000000000000[handle:word64]  .quad handle
                        register_at:
                          0000000000000000[register:word64]  .quad register
                        """);
    }
}
