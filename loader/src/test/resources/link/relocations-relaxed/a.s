# GOTPCRELX relaxation where the target is near: no table is needed, and the bytes are those that lld makes.
# same-as: text.lld @ start
# dead: a.o:never
    .text
    .globl start, near
start:
    movq near@GOTPCREL(%rip), %rax
    movq near@GOTPCREL(%rip), %r15
    movl near@GOTPCREL(%rip), %ecx
    movl near@GOTPCREL(%rip), %r9d
    call *near@GOTPCREL(%rip)
    jmp *near@GOTPCREL(%rip)
    movq data@GOTPCREL(%rip), %rdi
    movq weak_here@GOTPCREL(%rip), %rdi
    nop
near:
    ret
    .weak weak_here
weak_here:
    ret
    .data
    .globl data
data:
    .quad 1
    .section .text.never,"ax"
never:
    ret
