# Alignment holds beyond a page: 64 KiB of code and of data, 2 MiB of what is zero. (In a section it would make a file of 2 MiB.)
# aligned: code64k 0x10000
# aligned: data64k 0x10000
# aligned: zero2m 0x200000
# aligned: page 4096
# check: *{1}code64k == 0xc3
# check: *{4}data64k == 5
# check: *{8}zero2m == 0
    .text
    .byte 0x90
    .globl code64k, data64k, page
    .p2align 16
code64k:
    ret
    .data
    .byte 1
    .p2align 16
data64k:
    .long 5
    .section .rodata,"a"
    .byte 1
    .p2align 12
page:
    .byte 2
    .comm zero2m, 64, 0x200000
