# What answer.s needs.
    .globl _part
    .text
_part:
    movl $42, %eax
    ret
    .subsections_via_symbols
