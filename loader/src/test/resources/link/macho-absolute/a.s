# Absolute symbols, local and external, in code and in differences.
# check: *{8}_start == 0x1234
# check: *{8}(_start + 8) == 0x1238
# check: *{8}(_start + 16) == 0x77
# jitlink-check: *{8}_start = 0x1234
# jitlink-check: *{8}(_start + 16) = 0x77
# jitlink-check: *{8}(_start + 8) = 0x1238
    .globl _start, _absolute, _far, _code
    .set _absolute, 0x1234
    .set _local, 0x77
_code:
    .data
_start:
    .quad _absolute
    .quad _absolute + 4
    .quad _local
    .quad 0
    .subsections_via_symbols
