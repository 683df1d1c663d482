package dev.orcinus.platform.posix;

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

    @Override
    public CodeListing entryListing() {
        return ENTRY;
    }

    @Override
    public CodeListing callListing() {
        return CALL;
    }
}
