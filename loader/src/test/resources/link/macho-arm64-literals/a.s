# Literals and their neighbours, sections' ends, alternate entries.
# check: *{8}_start == *{8}(_start + 8)
# check: *{1}(*{8}(_start + 16)) == 0x63
# check: *{8}(_start + 24) == _end
# check: _end == _start + 56
# check: *{8}(_start + 32) == _alt
# check: *{8}(_start + 40) == _literal + 20
# check: *{8}(_start + 48) == _literal - 3
    .globl _start, _end, _alt, _literal
    .data
    .p2align 3
_start:
    .quad l_one
    .quad l_two
    .quad l_one + 2
    .quad _end
    .quad _alt
    .quad _literal + 20
    .quad _literal - 3
_end:
    .section __DATA,__z
_zz:
    .quad 0
    .alt_entry _alt
_alt:
    .section __TEXT,__cstring,cstring_literals
l_zero:
    .asciz ""
l_one:
    .asciz "abc"
l_two:
    .asciz "abc"
_literal:
    .asciz "def"
    .subsections_via_symbols
