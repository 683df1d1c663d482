# References to places outside of the literal that they name.
# check: *{s4}(_code + 3) + _code + 7 == a.o:_one + 100
# check: *{8}_start == a.o:_one - 3
# check: *{8}(_start + 8) == a.o:_last + 5
# check: *{8}(_start + 16) == a.o:_last + 64
    .globl _code, _start
_code:
    leaq L_one + 100(%rip), %rax
    .data
_start:
    .quad L_one - 3
    .quad L_last + 5
    .quad L_last + 64
    .section __TEXT,__cstring,cstring_literals
    .asciz "before"
_one:
L_one:
    .asciz "one"
    .asciz "two"
_last:
L_last:
    .asciz "last"
    .subsections_via_symbols
