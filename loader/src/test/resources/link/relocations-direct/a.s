# Every relocation that needs no table, near the limits that a linked object meets; lld has linked the same bytes to the same place.
# define: low = 0x7ffffff0
# define: small = 0x70
# same-as: text.lld @ code
# same-as: data.lld @ data
# check: *{4}(code + 1) == data - code - 5
# check: *{8}data == code + 0x10
    .text
    .globl code, inner, pc8, pc16, pc32, pc64
code:
    call data_stub
    leaq data(%rip), %rax
    leaq data+0x10(%rip), %rax
    cmpb $1, flag(%rip)
    cmpl $0x12345678, flag(%rip)
    movl $low, %eax
    movq $low, %rax
    movabsq $data, %rax
    jmp inner
inner:
    jne inner
    ret
pc8:
    .byte inner - .
    .reloc ., R_X86_64_PC8, inner
    .byte 0
pc16:
    .reloc ., R_X86_64_PC16, inner
    .short 0
pc32:
    .long data - .
    .long data - . - 4
pc64:
    .quad data - .
    .data
    .globl data, data_stub, flag
data:
data_stub:
    .quad code + 0x10
    .long low
    .short small
    .byte small
flag:
    .byte 0
    .quad inner - .
    .quad 0
