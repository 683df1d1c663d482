package dev.orcinus.platform.linux;

import dev.orcinus.formats.code.CodeListing;

/** x86-64, System V ABI: a struct of two longs returns in {@code rax} and {@code rdx}. */
record X64Thunks() implements Thunks {
    private static final CodeListing ENTRY =
            CodeListing.x64(
                    """
                      4883ec18                   subq $24, %rsp
                      41b800000000[index:imm32]  movl $index, %r8d
                      4989e1                     movq %rsp, %r9
                      ff1500000000[slot:rel32]   callq *slot(%rip)
                      488b0424                   movq (%rsp), %rax
                      488b542408                 movq 8(%rsp), %rdx
                      4883c418                   addq $24, %rsp
                      c3                         retq
                    """);

    private static final CodeListing CALL =
            CodeListing.x64(
                    """
                      51        pushq %rcx
                      4889f8    movq %rdi, %rax
                      4889f7    movq %rsi, %rdi
                      4889d6    movq %rdx, %rsi
                      ffd0      callq *%rax
                      59        popq %rcx
                      488901    movq %rax, (%rcx)
                      48895108  movq %rdx, 8(%rcx)
                      c3        retq
                    """);

    private static final CodeListing FAULT_FILTER =
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

    @Override
    public CodeListing entryListing() {
        return ENTRY;
    }

    @Override
    public CodeListing callListing() {
        return CALL;
    }

    @Override
    public CodeListing faultFilterListing() {
        return FAULT_FILTER;
    }
}
