    .text
    .globl code64k_b
# aligned: code64k_b 0x10000
    .byte 0x90
    .p2align 16
code64k_b:
    ret
