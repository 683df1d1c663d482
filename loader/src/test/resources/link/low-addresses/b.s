    .data
    .globl elsewhere
elsewhere:
    .quad 1, 2
    .text
    .globl code_elsewhere
# check: code_elsewhere + 7 + *{s4}(code_elsewhere + 3) == elsewhere
code_elsewhere:
    leaq elsewhere(%rip), %rax
    ret
