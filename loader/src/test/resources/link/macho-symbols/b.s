    .globl _absolute, _private
    .private_extern _private
    .set _absolute, 0x1234
    .data
_private:
    .quad 0
    .subsections_via_symbols
