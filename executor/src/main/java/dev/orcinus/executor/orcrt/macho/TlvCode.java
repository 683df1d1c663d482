package dev.orcinus.executor.orcrt.macho;

import dev.orcinus.executor.orcrt.core.RuntimeCode;
import dev.orcinus.formats.code.CodeListing;

/**
 * The function of a thread-local variable's descriptor, which the compiler's code calls with the
 * descriptor's address: the function, the controller's key, and an address in a template. The key
 * is the address of a record, the first of a list with one record per template, which tells where
 * the template's copy of this thread is. The function keeps all registers but the result's, on
 * AArch64 also but x16 and x17; on a first use the x86-64 code keeps of the vector registers the
 * lower halves, as the C library's function in the record does.
 */
final class TlvCode {
    private static final CodeListing X64 =
            CodeListing.x64(
                    """
                    tlv_get_addr:
                      52                          pushq %rdx
                      51                          pushq %rcx
                    again:
                      488b4708                    movq 8(%rdi), %rax
                      488b5710                    movq 16(%rdi), %rdx
                    next:
                      4889d1                      movq %rdx, %rcx
                      482b4810                    subq 16(%rax), %rcx
                      483b4818                    cmpq 24(%rax), %rcx
                      7319                        jae other
                      4883ec08                    subq $8, %rsp
                      ff10                        callq *(%rax)
                      4883c408                    addq $8, %rsp
                      4801c8                      addq %rcx, %rax
                      644803042500000000          addq %fs:0, %rax
                      59                          popq %rcx
                      5a                          popq %rdx
                      c3                          retq
                    other:
                      488b4020                    movq 32(%rax), %rax
                      4885c0                      testq %rax, %rax
                      75d1                        jne next
                      55                          pushq %rbp
                      4889e5                      movq %rsp, %rbp
                      57                          pushq %rdi
                      56                          pushq %rsi
                      4150                        pushq %r8
                      4151                        pushq %r9
                      4152                        pushq %r10
                      4153                        pushq %r11
                      4881ec00020000              subq $512, %rsp
                      4883e4f0                    andq $-16, %rsp
                      480fae0424                  fxsave64 (%rsp)
                      4883c708                    addq $8, %rdi
                    # TLS_FIRST_USE
                      b800000000                  movl $0, %eax
                      e800000000[call:branch32]   callq call
                      480fae0c24                  fxrstor64 (%rsp)
                      488d65d0                    leaq -48(%rbp), %rsp
                      415b                        popq %r11
                      415a                        popq %r10
                      4159                        popq %r9
                      4158                        popq %r8
                      5e                          popq %rsi
                      5f                          popq %rdi
                      5d                          popq %rbp
                      eb87                        jmp again
                    """);

    private static final CodeListing AARCH64 =
            CodeListing.aarch64(
                    """
                    tlv_get_addr:
                      e10bbda9                  stp x1, x2, [sp, #-48]!
                      e31301a9                  stp x3, x4, [sp, #16]
                      e07b02a9                  stp x0, x30, [sp, #32]
                    again:
                      028c40a9                  ldp x2, x3, [x0, #8]
                    next:
                      44600091                  add x4, x2, #24
                      9efcdfc8                  ldar x30, [x4]
                      440840f9                  ldr x4, [x2, #16]
                      640004cb                  sub x4, x3, x4
                      9f001eeb                  cmp x4, x30
                      03010054                  b.lo found
                      421040f9                  ldr x2, [x2, #32]
                      22ffffb5                  cbnz x2, next
                      00200091                  add x0, x0, #8
                    # TLS_FIRST_USE
                      10008052                  mov w16, #0
                      00000094[call:branch26]   bl call
                      e01340f9                  ldr x0, [sp, #32]
                      f3ffff17                  b again
                    found:
                      e00302aa                  mov x0, x2
                      410040f9                  ldr x1, [x2]
                      20003fd6                  blr x1
                      0000048b                  add x0, x0, x4
                      41d03bd5                  mrs x1, TPIDR_EL0
                      0000018b                  add x0, x0, x1
                      fe1740f9                  ldr x30, [sp, #40]
                      e31341a9                  ldp x3, x4, [sp, #16]
                      e10bc3a8                  ldp x1, x2, [sp], #48
                      c0035fd6                  ret
                    """);

    private TlvCode() {}

    /**
     * Returns the function.
     *
     * @param code the code that it calls at a first use
     * @param distance where it stands, from the start of that code
     */
    static byte[] bytes(RuntimeCode code, int distance) {
        CodeListing runtime = code.listing();
        return switch (runtime.processor()) {
            case X86_64 -> fill(X64, runtime.offsetOf("function") - distance);
            case AARCH64 -> fill(AARCH64, runtime.offsetOf("saving") - distance);
        };
    }

    private static byte[] fill(CodeListing listing, int call) {
        return listing.fill().with("call", call).bytes();
    }
}
