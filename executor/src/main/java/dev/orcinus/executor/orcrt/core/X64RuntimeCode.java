package dev.orcinus.executor.orcrt.core;

import dev.orcinus.formats.code.CodeListing;
import java.util.Map;

/**
 * The archive's code for x86-64. A thunk loads its number and jumps to one of two pieces of code
 * that make the call in Java. {@link Layout} says which words the linker fills in.
 */
record X64RuntimeCode() implements RuntimeCode {
    private static final CodeListing CODE =
            CodeListing.x64(
                    """
                    anchor:
                      0000000000000000              .quad 0
                      0000000000000000              .quad 0
                    wrapper_slot:
                      0000000000000000              .quad 0
                    function_slot:
                      0000000000000000              .quad 0
                    needed_slot:
                      0000000000000000              .quad 0
                    # Buffer f(data, size), number in eax: the same as a jit-dispatch call, tail-called.
                    wrapper:
                      4889f1                        movq %rsi, %rcx
                      4889fa                        movq %rdi, %rdx
                      89c6                          movl %eax, %esi
                      488d3dc9ffffff                leaq anchor(%rip), %rdi
                      ff25d3ffffff                  jmpq *wrapper_slot(%rip)
                      000000                        .p2align 4, 0
                    # A C function, number in eax: keeps the argument registers on the stack and passes their
                    # address, the number and the anchor. Returns what the call returns.
                    function:
                      4c8b1dd1ffffff                movq function_slot(%rip), %r11
                      eb07                          jmp call
                    # The same for code that goes on with the result only.
                    needed:
                      4c8b1dd0ffffff                movq needed_slot(%rip), %r11
                    call:
                      55                            pushq %rbp
                      4889e5                        movq %rsp, %rbp
                      4151                          pushq %r9
                      4150                          pushq %r8
                      51                            pushq %rcx
                      52                            pushq %rdx
                      56                            pushq %rsi
                      57                            pushq %rdi
                      4889e7                        movq %rsp, %rdi
                      89c6                          movl %eax, %esi
                      488d1598ffffff                leaq anchor(%rip), %rdx
                      41ffd3                        callq *%r11
                      c9                            leave
                      c3                            retq
                    # void *__tls_get_addr(entry): the controller's entry is a key, the address of a ThreadLocals
                    # record, and an address in a template. Each record on from there knows one template; the C
                    # library's function in it tells where that starts, from the thread pointer, and keeps all
                    # other registers.
                    tls_get_addr:
                      488b07                        movq (%rdi), %rax
                      488b5708                      movq 8(%rdi), %rdx
                    next:
                      4889d1                        movq %rdx, %rcx
                      482b4810                      subq 16(%rax), %rcx
                      483b4818                      cmpq 24(%rax), %rcx
                      7317                          jae other
                      4883ec08                      subq $8, %rsp
                      ff10                          callq *(%rax)
                      4883c408                      addq $8, %rsp
                      4801c8                        addq %rcx, %rax
                      644803042500000000            addq %fs:0, %rax
                      c3                            retq
                    other:
                      488b4020                      movq 32(%rax), %rax
                      4885c0                        testq %rax, %rax
                      75d3                          jne next
                      57                            pushq %rdi
                    # TLS_FIRST_USE
                      b800000000                    movl $0, %eax
                      e89dffffff                    callq needed
                      5f                            popq %rdi
                      ebbe                          jmp tls_get_addr
                      00                            .p2align 4, 0
                    # Called by a trampoline: finds its function and jumps there, with all registers that may
                    # hold arguments as they were. XSAVE with the components of AVX and AVX-512 where the OS has
                    # enabled it (OSXSAVE, bit 27), else FXSAVE; its header has to be cleared before.
                    reenter:
                      55                            pushq %rbp
                      4889e5                        movq %rsp, %rbp
                      50                            pushq %rax
                      53                            pushq %rbx
                      51                            pushq %rcx
                      52                            pushq %rdx
                      56                            pushq %rsi
                      57                            pushq %rdi
                      4150                          pushq %r8
                      4151                          pushq %r9
                      4152                          pushq %r10
                      4153                          pushq %r11
                      4881ecc00a0000                subq $2752, %rsp
                      4883e4c0                      andq $-64, %rsp
                      b801000000                    movl $1, %eax
                      31c9                          xorl %ecx, %ecx
                      0fa2                          cpuid
                      0fbae11b                      btl $27, %ecx
                      19db                          sbbl %ebx, %ebx
                      7420                          je save_fx
                      488dbc2400020000              leaq 512(%rsp), %rdi
                      b908000000                    movl $8, %ecx
                      31c0                          xorl %eax, %eax
                      f348ab                        rep stosq
                      b8e7000000                    movl $0xe7, %eax
                      31d2                          xorl %edx, %edx
                      480fae2424                    xsave64 (%rsp)
                      eb05                          jmp saved
                    save_fx:
                      480fae0424                    fxsave64 (%rsp)
                    # The trampoline's call is 5 bytes long.
                    saved:
                      488b7d08                      movq 8(%rbp), %rdi
                      4883ef05                      subq $5, %rdi
                    # RESOLVE
                      b801000000                    movl $1, %eax
                      e834ffffff                    callq needed
                      48894508                      movq %rax, 8(%rbp)
                      85db                          testl %ebx, %ebx
                      740e                          je restore_fx
                      b8e7000000                    movl $0xe7, %eax
                      31d2                          xorl %edx, %edx
                      480fae2c24                    xrstor64 (%rsp)
                      eb05                          jmp restored
                    restore_fx:
                      480fae0c24                    fxrstor64 (%rsp)
                    restored:
                      488d65b0                      leaq -80(%rbp), %rsp
                      415b                          popq %r11
                      415a                          popq %r10
                      4159                          popq %r9
                      4158                          popq %r8
                      5f                            popq %rdi
                      5e                            popq %rsi
                      5a                            popq %rdx
                      59                            popq %rcx
                      5b                            popq %rbx
                      58                            popq %rax
                      5d                            popq %rbp
                      c3                            retq
                    """);

    private static final CodeListing THUNK =
            CodeListing.x64(
                    """
                      b800000000[number:imm32]     movl $number, %eax
                      e900000000[target:branch32]  jmp target
                    """);

    @Override
    public CodeListing listing() {
        return CODE;
    }

    @Override
    public CodeListing thunk() {
        return THUNK;
    }

    @Override
    public Map<String, Integer> functions() {
        return CODE.offsetsOf("tls_get_addr", RuntimeCode.REENTER);
    }
}
