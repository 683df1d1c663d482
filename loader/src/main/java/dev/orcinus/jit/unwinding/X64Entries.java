package dev.orcinus.jit.unwinding;

import dev.orcinus.formats.code.CodeListing;

/**
 * The code between Java and native code on x86-64. Stack arguments are copied, an even number of
 * words.
 */
final class X64Entries {
    /**
     * The personality of calls into native code. It stops every exception there: in the search, it
     * collects the frames of the throw and shows them to Java; then it installs the landing place
     * of the call.
     */
    static final CodeListing PERSONALITY =
            CodeListing.x64(
                    """
                    personality:
                      53                                pushq %rbx
                      4c89c3                            movq %r8, %rbx
                      40f6c601                          testb $1, %sil
                      750d                              jne search
                      40f6c604                          testb $4, %sil
                      753f                              jne install
                      b808000000                        movl $8, %eax
                      5b                                popq %rbx
                      c3                                retq
                    search:
                      51                                pushq %rcx
                      4881ec08020000                    subq $520, %rsp
                      4889e7                            movq %rsp, %rdi
                      be40000000                        movl $64, %esi
                      ff1500000000[backtrace:rel32]     callq *backtrace(%rip)
                      488bbc2408020000                  movq 520(%rsp), %rdi
                      4889e6                            movq %rsp, %rsi
                      4863d0                            movslq %eax, %rdx
                      ff1500000000[searching:rel32]     callq *searching(%rip)
                      4881c410020000                    addq $528, %rsp
                      b806000000                        movl $6, %eax
                      5b                                popq %rbx
                      c3                                retq
                    install:
                      4889df                            movq %rbx, %rdi
                      31f6                              xorl %esi, %esi
                      4889ca                            movq %rcx, %rdx
                      ff1500000000[set_register:rel32]  callq *set_register(%rip)
                      4889df                            movq %rbx, %rdi
                      ff1500000000[region_start:rel32]  callq *region_start(%rip)
                      488d7029                          leaq 41(%rax), %rsi
                      4889df                            movq %rbx, %rdi
                      ff1500000000[set_address:rel32]   callq *set_address(%rip)
                      b807000000                        movl $7, %eax
                      5b                                popq %rbx
                      c3                                retq
                    """);

    /**
     * Calls a function; what it throws lands behind the call. The second of its two starts is for
     * functions that have arguments on the stack.
     */
    static final CodeListing CALL =
            CodeListing.x64(
                    """
                      55                            pushq %rbp
                      4889e5                        movq %rsp, %rbp
                      ff1500000000[function:rel32]  callq *function(%rip)
                      5d                            popq %rbp
                      c3                            retq
                    copying:
                      55                            pushq %rbp
                      4889e5                        movq %rsp, %rbp
                      4c8b1d00000000[words:rel32]   movq words(%rip), %r11
                    copy:
                      42ff74dd08                    pushq 8(%rbp,%r11,8)
                      49ffcb                        decq %r11
                      75f6                          jne copy
                      ff1500000000[function:rel32]  callq *function(%rip)
                      c9                            leave
                      c3                            retq
                    landing:
                      4889c7                        movq %rax, %rdi
                      ff1500000000[caught:rel32]    callq *caught(%rip)
                      31c0                          xorl %eax, %eax
                      31d2                          xorl %edx, %edx
                      0f57c0                        xorps %xmm0, %xmm0
                      0f57c9                        xorps %xmm1, %xmm1
                      c9                            leave
                      c3                            retq
                    """);

    /**
     * Calls Java; what Java has thrown is raised when the call has returned. If that is not
     * possible, Java gets it back.
     */
    static final CodeListing CALLBACK =
            CodeListing.x64(
                    """
                      55                                   pushq %rbp
                      4889e5                               movq %rsp, %rbp
                      4c8b1d00000000[words:rel32]          movq words(%rip), %r11
                      4d85db                               testq %r11, %r11
                      7514                                 jne copy
                    go:
                      ff1500000000[function:rel32]         callq *function(%rip)
                      4c8b1d00000000[raising:rel32]        movq raising(%rip), %r11
                      4d85db                               testq %r11, %r11
                      750e                                 jne raise
                      c9                                   leave
                      c3                                   retq
                    copy:
                      42ff74dd08                           pushq 8(%rbp,%r11,8)
                      49ffcb                               decq %r11
                      75f6                                 jne copy
                      ebe0                                 jmp go
                    raise:
                      4883ec40                             subq $64, %rsp
                      48890424                             movq %rax, (%rsp)
                      4889542408                           movq %rdx, 8(%rsp)
                      0f11442410                           movups %xmm0, 16(%rsp)
                      0f114c2420                           movups %xmm1, 32(%rsp)
                      ff1500000000[take:rel32]             callq *take(%rip)
                      4885c0                               testq %rax, %rax
                      7419                                 je restore
                      4889442430                           movq %rax, 48(%rsp)
                      4889c7                               movq %rax, %rdi
                      ff1500000000[raise_exception:rel32]  callq *raise_exception(%rip)
                      488b7c2430                           movq 48(%rsp), %rdi
                      ff1500000000[unraised:rel32]         callq *unraised(%rip)
                    restore:
                      488b0424                             movq (%rsp), %rax
                      488b542408                           movq 8(%rsp), %rdx
                      0f10442410                           movups 16(%rsp), %xmm0
                      0f104c2420                           movups 32(%rsp), %xmm1
                      c9                                   leave
                      c3                                   retq
                    """);

    private X64Entries() {}
}
