# Alignment holds beyond a page: 64 KiB of code, 2 MiB of data, and of what is zero.
# aligned: code64k 0x10000
# aligned: data2m 0x200000
# aligned: zero2m 0x200000
# aligned: page 4096
# check: *{1}code64k == 0xc3
# check: *{4}data2m == 5
# check: *{8}zero2m == 0
    .text
    .byte 0x90
    .globl code64k, data2m, zero2m, page
    .p2align 16
code64k:
    ret
    .data
    .byte 1
    .p2align 21
data2m:
    .long 5
    .section .rodata,"a"
    .byte 1
    .p2align 12
page:
    .byte 2
    .bss
    .byte 0
    .p2align 21
zero2m:
    .zero 64
