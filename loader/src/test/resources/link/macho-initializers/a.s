# __mod_init_func runs in order, and __mod_term_func the last first. Nothing refers to these functions.
# initializers: a.o:_one a.o:_two
# finalizers: a.o:_four a.o:_three
    .globl _start
_start:
    ret
_one:
    ret
_two:
    ret
_three:
    ret
_four:
    ret
    .section __DATA,__mod_init_func,mod_init_funcs
    .p2align 3
    .quad _one
_second:
    .quad _two
    .section __DATA,__mod_term_func,mod_term_funcs
    .p2align 3
    .quad _three, _four
    .subsections_via_symbols
