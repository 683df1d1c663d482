# A branch with a displacement of one byte reaches the next function.
# check: *{s1}(_short + 1) == _target - (_short + 2)
    .globl _short, _target
_short:
    jrcxz _target
_target:
    ret
    .subsections_via_symbols
