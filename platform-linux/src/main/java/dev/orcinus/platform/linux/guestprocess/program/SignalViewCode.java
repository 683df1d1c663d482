package dev.orcinus.platform.linux.guestprocess.program;

import dev.orcinus.formats.code.CodeListing;

/**
 * The machine code of {@link SignalView}. Offsets are those of {@code struct sigaction} and {@code
 * stack_t} of glibc.
 */
final class SignalViewCode {
    static final CodeListing X64_ACTION =
            CodeListing.x64(
                    """
                      53  pushq %rbx
                      4889d3  movq %rdx, %rbx
                      48b80000000000000000[real:imm64]  movabsq $real, %rax
                      ffd0  callq *%rax
                      85c0  testl %eax, %eax
                      7525  jnz sigaction_end
                      4885db  testq %rbx, %rbx
                      7420  jz sigaction_end
                      48b90000000000000000[ours:imm64]  movabsq $ours, %rcx
                      48390b  cmpq %rcx, (%rbx)
                      7511  jne sigaction_end
                      48c70300000000  movq $0, (%rbx)
                      c7838800000000000000  movl $0, 136(%rbx)
                    sigaction_end:
                      5b  popq %rbx
                      c3  retq
                    """);

    static final CodeListing AARCH64_ACTION =
            CodeListing.aarch64(
                    """
                      fd7bbea9  stp x29, x30, [sp, #-32]!
                      f30b00f9  str x19, [sp, #16]
                      f30302aa  mov x19, x2
                      a9010058  ldr x9, sigaction_real
                      20013fd6  blr x9
                      00010035  cbnz w0, sigaction_end
                      f30000b4  cbz x19, sigaction_end
                      69010058  ldr x9, sigaction_ours
                      6a0240f9  ldr x10, [x19]
                      3f010aeb  cmp x9, x10
                      61000054  b.ne sigaction_end
                      7f0200f9  str xzr, [x19]
                      7f8a00b9  str wzr, [x19, #136]
                    sigaction_end:
                      f30b40f9  ldr x19, [sp, #16]
                      fd7bc2a8  ldp x29, x30, [sp], #32
                      c0035fd6  ret
                    sigaction_real:
                      0000000000000000[real:word64]  .quad real
                    sigaction_ours:
                      0000000000000000[ours:word64]  .quad ours
                    """);

    static final CodeListing X64_OLD_HANDLER =
            CodeListing.x64(
                    """
                      53  pushq %rbx
                      48b80000000000000000[real:imm64]  movabsq $real, %rax
                      ffd0  callq *%rax
                      48b90000000000000000[ours:imm64]  movabsq $ours, %rcx
                      4839c8  cmpq %rcx, %rax
                      7502  jne signal_end
                      31c0  xorl %eax, %eax
                    signal_end:
                      5b  popq %rbx
                      c3  retq
                    """);

    static final CodeListing AARCH64_OLD_HANDLER =
            CodeListing.aarch64(
                    """
                      fd7bbfa9  stp x29, x30, [sp, #-16]!
                      e9000058  ldr x9, signal_real
                      20013fd6  blr x9
                      e9000058  ldr x9, signal_ours
                      3f0100eb  cmp x9, x0
                      e003809a  csel x0, xzr, x0, eq
                      fd7bc1a8  ldp x29, x30, [sp], #16
                      c0035fd6  ret
                    signal_real:
                      0000000000000000[real:word64]  .quad real
                    signal_ours:
                      0000000000000000[ours:word64]  .quad ours
                    """);

    static final CodeListing X64_STACK =
            CodeListing.x64(
                    """
                      53  pushq %rbx
                      4889f3  movq %rsi, %rbx
                      48b80000000000000000[real:imm64]  movabsq $real, %rax
                      ffd0  callq *%rax
                      85c0  testl %eax, %eax
                      752a  jnz sigaltstack_end
                      4885db  testq %rbx, %rbx
                      7425  jz sigaltstack_end
                      48b90000000000000000[ours:imm64]  movabsq $ours, %rcx
                      48390b  cmpq %rcx, (%rbx)
                      7516  jne sigaltstack_end
                      48c70300000000  movq $0, (%rbx)
                      c7430802000000  movl $2, 8(%rbx)
                      48c7431000000000  movq $0, 16(%rbx)
                    sigaltstack_end:
                      5b  popq %rbx
                      c3  retq
                    """);

    static final CodeListing AARCH64_STACK =
            CodeListing.aarch64(
                    """
                      fd7bbea9  stp x29, x30, [sp, #-32]!
                      f30b00f9  str x19, [sp, #16]
                      f30301aa  mov x19, x1
                      e9010058  ldr x9, sigaltstack_real
                      20013fd6  blr x9
                      40010035  cbnz w0, sigaltstack_end
                      330100b4  cbz x19, sigaltstack_end
                      a9010058  ldr x9, sigaltstack_ours
                      6a0240f9  ldr x10, [x19]
                      3f010aeb  cmp x9, x10
                      a1000054  b.ne sigaltstack_end
                      49008052  mov w9, #2
                      7f0200f9  str xzr, [x19]
                      690a00b9  str w9, [x19, #8]
                      7f0a00f9  str xzr, [x19, #16]
                    sigaltstack_end:
                      f30b40f9  ldr x19, [sp, #16]
                      fd7bc2a8  ldp x29, x30, [sp], #32
                      c0035fd6  ret
                    sigaltstack_real:
                      0000000000000000[real:word64]  .quad real
                    sigaltstack_ours:
                      0000000000000000[ours:word64]  .quad ours
                    """);

    private SignalViewCode() {}
}
