# A load from beside a table entry is not made into an address.
# check: *{1}(_code + 1) == 0x8b
# check: *{s4}(_code + 3) + _code + 7 == *{s4}(_plain + 3) + _plain + 7 + 8
# check: *{8}(*{s4}(_plain + 3) + _plain + 7) == _common
    .globl _code, _plain
    .comm _common, 8, 3
_code:
    movq _common@GOTPCREL+8(%rip), %rax
_plain:
    cmpq _common@GOTPCREL(%rip), %rax
    .subsections_via_symbols
