# Equal literals of an object lie in one place, and those that nobody needs are removed. A reference may lead into the middle of one.
# request-only: _start
# check: *{8}_start == *{8}(_start + 8)
# check: *{8}(_start + 16) == *{8}_start + 6
# check: *{1}(*{8}(_start + 16)) == 0x77
# check: *{8}(_start + 24) == *{8}(_start + 32)
# check: *{8}(*{8}(_start + 24)) == 0x1234567890
# check: *{4}(*{8}(_start + 40)) == 0x77
# check: *{8}(_start + 48) - *{8}(_start + 56) == -16
# check: *{8}(*{8}(_start + 56)) == 5
# live: a.o:_named
# dead: a.o:_unused
    .section __DATA,__pointers
    .globl _start
_start:
    .quad L_one, L_two, L_one+6
    .quad L_eight, L_eight_again
    .quad L_four
    .quad L_sixteen, L_sixteen_more
    .quad _named
    .section __TEXT,__cstring,cstring_literals
_unused:
    .asciz "nobody needs this"
L_one:
    .asciz "hello world"
L_two:
    .asciz "hello world"
_named:
    .asciz ""
    .section __TEXT,__literal4,4byte_literals
    .long 0x66
L_four:
    .long 0x77
    .section __TEXT,__literal8,8byte_literals
L_eight:
    .quad 0x1234567890
L_eight_again:
    .quad 0x1234567890
    .section __TEXT,__literal16,16byte_literals
    .p2align 4
L_sixteen:
    .quad 3, 4
    .quad 9, 9
L_sixteen_more:
    .quad 5, 6
    .subsections_via_symbols
