# A group without GRP_COMDAT keeps sections together and drops none.
# check: *{4}a.o:one == 1
# check: *{4}b.o:one == 2
# initializers: a.o:f b.o:f
    .section .rodata.one,"aG",@progbits,plain
one:
    .long 1
    .text
f:
    leaq one(%rip), %rax
    ret
    .section .init_array,"awG",@init_array,plain
    .quad f
