# "The link editor honors the common definition and ignores the weak ones" (gABI, symbol table).
# check: *{4}value == 0
# check: *{8}from_a == value
    .data
    .weak value
value:
    .long 7
    .globl from_a
from_a:
    .quad value
