# Table entries of common and absolute symbols, and distances beside the start of an entry.
# check: *{8}(_code + 7 + *{s4}(_code + 3)) == _common
# check: *{8}(_code + 14 + *{s4}(_code + 10)) == _absolute
# check: *{s4}(_code + 17) + _code + 21 - 4 == *{s4}(_code + 24) + _code + 28
    .globl _code, _absolute
    .set _absolute, 0x123456789a
    .comm _common, 8, 3
_code:
    cmpq _common@GOTPCREL(%rip), %rax
    cmpq _absolute@GOTPCREL(%rip), %rax
    cmpq _common@GOTPCREL+4(%rip), %rax
    cmpq _common@GOTPCREL(%rip), %rax
    .subsections_via_symbols
