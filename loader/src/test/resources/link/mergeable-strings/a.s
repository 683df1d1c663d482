# Strings that a linker may merge are taken as they are: an offset into them stays right.
# check: *{4}text == 0x00636261
# check: *{8}pointer == text
# check: *{8}(pointer + 8) == text + 1
# check: *{8}(pointer + 16) == text + 4
    .section .rodata.str1.1,"aMS",@progbits,1
    .globl text
text:
    .asciz "abc"
.Lsecond:
    .asciz "abc"
    .section .rodata.cst8,"aM",@progbits,8
    .quad 0x3ff0000000000000
    .data
    .globl pointer
pointer:
    .quad text, text + 1, .Lsecond
