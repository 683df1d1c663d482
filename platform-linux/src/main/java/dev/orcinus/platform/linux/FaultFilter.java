package dev.orcinus.platform.linux;

import dev.orcinus.formats.code.CodeListing;
import dev.orcinus.platform.AddressRange;

/** The machine code of a signal handler that stands in front of another one. */
final class FaultFilter {
    private static final CodeListing X64 =
            CodeListing.x64(
                    """
                    # uc_mcontext.gregs[REG_RIP] of the third argument
                      488b82a8000000                movq 0xa8(%rdx), %rax
                      4889c1                        movq %rax, %rcx
                      482b0d6f000000                subq first_start_at(%rip), %rcx
                      483b0d70000000                cmpq first_size_at(%rip), %rcx
                      7255                          jb pass
                      482b056f000000                subq second_start_at(%rip), %rax
                      483b0570000000                cmpq second_size_at(%rip), %rax
                      7245                          jb pass
                      53                            pushq %rbx
                      57                            pushq %rdi
                      56                            pushq %rsi
                      52                            pushq %rdx
                    # dup(1)
                      bf01000000                    movl $1, %edi
                      b820000000                    movl $32, %eax
                      0f05                          syscall
                      89c3                          movl %eax, %ebx
                    # dup2(2, 1)
                      bf02000000                    movl $2, %edi
                      be01000000                    movl $1, %esi
                      b821000000                    movl $33, %eax
                      0f05                          syscall
                      5a                            popq %rdx
                      5e                            popq %rsi
                      5f                            popq %rdi
                      ff1522000000                  callq *handler_at(%rip)
                    # dup2(copy, 1)
                      89df                          movl %ebx, %edi
                      be01000000                    movl $1, %esi
                      b821000000                    movl $33, %eax
                      0f05                          syscall
                    # close(copy)
                      89df                          movl %ebx, %edi
                      b803000000                    movl $3, %eax
                      0f05                          syscall
                      5b                            popq %rbx
                      c3                            retq
                    pass:
                      ff2503000000                  jmpq *handler_at(%rip)
                      0f1f00                        nopl (%rax)
                    handler_at:
                      0000000000000000[handler:imm64]  .quad handler
                    first_start_at:
                      0000000000000000[first_start:imm64]  .quad first_start
                    first_size_at:
                      0000000000000000[first_size:imm64]  .quad first_size
                    second_start_at:
                      0000000000000000[second_start:imm64]  .quad second_start
                    second_size_at:
                      0000000000000000[second_size:imm64]  .quad second_size
                    """);

    private static final CodeListing AARCH64 =
            CodeListing.aarch64(
                    """
                    # uc_mcontext.pc of the third argument
                      49dc40f9                      ldr x9, [x2, #440]
                      6a050058                      ldr x10, first_start_at
                      8b050058                      ldr x11, first_size_at
                      2a010acb                      sub x10, x9, x10
                      5f010beb                      cmp x10, x11
                      43040054                      b.lo pass
                      4a050058                      ldr x10, second_start_at
                      6b050058                      ldr x11, second_size_at
                      2a010acb                      sub x10, x9, x10
                      5f010beb                      cmp x10, x11
                      a3030054                      b.lo pass
                      fd7bbca9                      stp x29, x30, [sp, #-64]!
                      fd030091                      mov x29, sp
                      e00701a9                      stp x0, x1, [sp, #16]
                      e24f02a9                      stp x2, x19, [sp, #32]
                    # dup(1)
                      200080d2                      mov x0, #1
                      e80280d2                      mov x8, #23
                      010000d4                      svc #0
                      f30300aa                      mov x19, x0
                    # dup3(2, 1, 0)
                      400080d2                      mov x0, #2
                      210080d2                      mov x1, #1
                      020080d2                      mov x2, #0
                      080380d2                      mov x8, #24
                      010000d4                      svc #0
                      e00741a9                      ldp x0, x1, [sp, #16]
                      e21340f9                      ldr x2, [sp, #32]
                      10020058                      ldr x16, handler_at
                      00023fd6                      blr x16
                    # dup3(copy, 1, 0)
                      e00313aa                      mov x0, x19
                      210080d2                      mov x1, #1
                      020080d2                      mov x2, #0
                      080380d2                      mov x8, #24
                      010000d4                      svc #0
                    # close(copy)
                      e00313aa                      mov x0, x19
                      280780d2                      mov x8, #57
                      010000d4                      svc #0
                      f31740f9                      ldr x19, [sp, #40]
                      fd7bc4a8                      ldp x29, x30, [sp], #64
                      c0035fd6                      ret
                    pass:
                      70000058                      ldr x16, handler_at
                      00021fd6                      br x16
                      1f2003d5                      nop
                    handler_at:
                      0000000000000000[handler:word64]  .quad handler
                    first_start_at:
                      0000000000000000[first_start:word64]  .quad first_start
                    first_size_at:
                      0000000000000000[first_size:word64]  .quad first_size
                    second_start_at:
                      0000000000000000[second_start:word64]  .quad second_start
                    second_size_at:
                      0000000000000000[second_size:word64]  .quad second_size
                    """);

    private FaultFilter() {}

    /**
     * Returns a signal handler in front of another one, {@code void handler(int, siginfo_t *,
     * ucontext_t *)}. If the interrupted instruction lies in one of two ranges it jumps to the
     * other handler. If not, it makes standard output a copy of standard error, calls the other
     * handler, and undoes that if the handler returns.
     *
     * @param handler address of the other handler
     * @param first a range of code
     * @param second a range of code
     */
    static byte[] of(Processor processor, long handler, AddressRange first, AddressRange second) {
        return listing(processor)
                .fill()
                .with("handler", handler)
                .with("first_start", first.start().value())
                .with("first_size", first.sizeBytes())
                .with("second_start", second.start().value())
                .with("second_size", second.sizeBytes())
                .bytes();
    }

    private static CodeListing listing(Processor processor) {
        return switch (processor) {
            case X86_64 -> X64;
            case AARCH64 -> AARCH64;
        };
    }
}
