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
 * @param call {@code void f()} that calls a function, with the hole {@code function}
 * @param fault {@code void f()} that writes to address 0
 */
record GuestCode(
        CodeListing returnZero,
        CodeListing succeed,
        CodeListing register,
        CodeListing call,
        CodeListing fault) {
    /** Returns the code for a processor, as {@code os.arch} names it. */
    static GuestCode of(String osArch) {
        return switch (osArch) {
            case "amd64", "x86_64" ->
                    new GuestCode(X64.RETURN_ZERO, X64.SUCCEED, X64.REGISTER, X64.CALL, X64.FAULT);
            case "aarch64" ->
                    new GuestCode(
                            AArch64.RETURN_ZERO,
                            AArch64.SUCCEED,
                            AArch64.REGISTER,
                            AArch64.CALL,
                            AArch64.FAULT);
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

    /** Returns the code that calls a function. */
    byte[] call(ExecutorAddress function) {
        return call.fill().with("function", function.value()).bytes();
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

        static final CodeListing CALL =
                CodeListing.x64(
                        """
                          48b80000000000000000[function:imm64]  movabsq $function, %rax
                          ffd0                          callq *%rax
                          c3                            retq
                        """);

        static final CodeListing FAULT =
                CodeListing.x64(
                        """
                          31c0  xorl %eax, %eax
                          8900  movl %eax, (%rax)
                          c3    retq
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

        static final CodeListing CALL =
                CodeListing.aarch64(
                        """
                          fd7bbfa9                      stp x29, x30, [sp, #-16]!
                          90000058                      ldr x16, function_at
                          00023fd6                      blr x16
                          fd7bc1a8                      ldp x29, x30, [sp], #16
                          c0035fd6                      ret
                        function_at:
                          0000000000000000[function:word64]  .quad function
                        """);

        static final CodeListing FAULT =
                CodeListing.aarch64(
                        """
                          000080d2  mov x0, #0
                          000000b9  str w0, [x0]
                          c0035fd6  ret
                        """);
    }
}
