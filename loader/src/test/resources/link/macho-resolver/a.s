# A resolver chooses a function when the object is loaded; callers go through a stub.
# actions: 1
# check: *{s4}(_start + 1) + _start + 5 == _chosen
# check: *{2}_chosen == 0x25ff
    .globl _start, _chosen
_start:
    call _chosen
    ret
_real:
    ret
    .symbol_resolver _chosen
_chosen:
    leaq _real(%rip), %rax
    ret
    .subsections_via_symbols
