# Near targets need neither table nor stub: loads from the table become lea, and calls go straight to their functions.
# check: *{1}(_start + 1) == 0x8d
# check: *{s4}(_start + 3) == _data - (_start + 7)
# check: *{1}(_start + 8) == 0x8d
# check: *{s4}(_start + 10) == near - (_start + 14)
# check: *{s4}(_start + 15) == near - (_start + 19)
# check: *{1}(_start + 20) == 0x8d
# check: *{s4}(_start + 22) == _descriptor - (_start + 26)
# define: near = 0x100005000
    .globl _start, _data, _descriptor
_start:
    movq _data@GOTPCREL(%rip), %rax
    movq _near@GOTPCREL(%rip), %r15
    call _near
    movq _descriptor@TLVP(%rip), %rdi
    ret
    .data
_data:
    .quad 0
_descriptor:
    .quad 0, 0, 0
    .subsections_via_symbols
