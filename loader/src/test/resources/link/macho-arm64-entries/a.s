# Distances and addresses of table entries, at places that are not the start of an atom or of a section.
# about: llvm-jitlink 20 does not know the address of an entry in eight bytes, so there are no checks by it.
# check: *{8}(*{s4}(_table + 4) + _table + 4) == outside
# check: *{8}(*{s4}(_table + 12) + _table + 12) == outside
# check: *{8}(*{8}(_table + 16)) == outside
# check: *{8}(*{s4}(_table + 24) + _table + 24) == _hidden
# check: *{8}(*{s4}(_table + 28) + _table + 28) == 0
# define: outside = 0x7fff12345678
    .globl _table, _first, _hidden
    .private_extern _hidden
    .weak_reference _nowhere
    .section __TEXT,__const
    .p2align 3
_first:
    .quad 0
_table:
    .long 0
    .long _outside@GOT - .
    .long 0
    .long _outside@GOT - .
    .quad _outside@GOT
    .long _hidden@GOT - .
    .long _nowhere@GOT - .
    .data
_hidden:
    .quad 0
    .subsections_via_symbols
