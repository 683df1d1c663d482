    .section .rodata.one,"aG",@progbits,plain
one:
    .long 2
    .text
f:
    leaq one(%rip), %rax
    ret
    .section .init_array,"awG",@init_array,plain
    .quad f
