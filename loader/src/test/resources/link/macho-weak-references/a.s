# Undefined weak references, lazy references, private externals, no_dead_strip.
# request-only: _start
# check: *{8}_start == 0
# check: *{8}(*{s4}(_code + 3) + _code + 7) == 0
# live: a.o:_kept
# dead: a.o:_unused a.o:_after_kept
    .globl _start, _code
    .weak_reference _nowhere
    .private_extern _private
    .no_dead_strip _kept
    .text
_code:
    movq _nowhere@GOTPCREL(%rip), %rax
    ret
_unused:
    ret
    .data
_start:
    .quad _nowhere
    .quad _code
    .quad _private
_kept:
    .quad 3
_after_kept:
    .quad 4
_private:
    .quad 5
    .subsections_via_symbols
