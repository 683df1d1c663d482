# The whole memory of the objects has bounds: a header, code, variables, variables that are zero at first. The header is that of a
# position-independent program.
# check: *{4}__ehdr_start == 0x464c457f
# check: *{2}(__ehdr_start + 18) == 62
# check: *{2}(__ehdr_start + 56) == 2
# check: *{8}(__ehdr_start + 32) == 64
# check: *{4}(__ehdr_start + 64) == 1
# check: *{4}(__ehdr_start + 68) == 5
# check: *{8}(__ehdr_start + 80) + __ehdr_start == __executable_start
# check: *{8}(__ehdr_start + 104) + __executable_start == etext
# check: *{8}places == __ehdr_start
# check: *{8}(places + 8) == __executable_start
# check: __ehdr_start == __executable_start
# check: a.o:code == __executable_start + 0x1000
# check: b.o:code == __executable_start + 0x2000
# check: etext == __executable_start + 0x3000
# check: a.o:data == __data_start
# check: b.o:data == a.o:data + 8
# check: edata == b.o:data + 8
# check: __bss_start == a.o:zeros
# check: b.o:zeros == a.o:zeros + 16
# check: end == b.o:zeros + 24
# check: _end == end
    .text
    .globl code_a
code_a:
code:
    ret
    .data
data:
    .quad 1
    .bss
zeros:
    .zero 16
    .section .rodata
    .globl places
places:
    .quad __ehdr_start, __executable_start, etext, __data_start, edata, __bss_start, end, _end, data, zeros
