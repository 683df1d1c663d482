# A form of relocations that is not read must not be passed over in silence.
# flags: --crel
# error: a.o: .crel.text holds relocations in the experimental form CREL; assemble without --crel
    .text
    .globl start
start:
    call start@PLT
    leaq data(%rip), %rax
    .data
data:
    .quad start
