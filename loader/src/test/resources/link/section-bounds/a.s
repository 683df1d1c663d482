# __start_X and __stop_X are the bounds of all sections X of the object that asks; they are kept, and keep what they refer to.
# request-only: bounds
# check: *{8}(bounds + 8) - *{8}bounds == 24
# check: *{8}(*{8}bounds) == a.o:one
# check: *{8}(*{8}bounds + 8) == a.o:two
# check: *{8}(bounds + 16) == 0
# live: a.o:one a.o:two a.o:three
# dead: a.o:dropped
    .section .text.a,"ax"
one:
    ret
    .section .text.b,"ax"
two:
    ret
    .section .text.c,"ax"
three:
    ret
    .section .text.d,"ax"
dropped:
    ret
    .section hooks,"aw",@progbits
    .quad one
    .section hooks,"aw",@progbits,unique,1
    .quad two
    .section hooks,"aw",@progbits,unique,2
    .quad three
    .section other,"aw",@progbits
    .quad dropped
    .data
    .globl bounds
    .weak __start_nothing
bounds:
    .quad __start_hooks, __stop_hooks, __start_nothing
