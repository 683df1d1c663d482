# An object with every relocation type of x86-64 and every sort of section that the loader treats in a way of its own.
    .globl _main, _weak, _gap, _resolver, _alternate
    .weak_definition _weak
    .weak_reference _perhaps
    .private_extern _gap
    .text
_main:
    .cfi_startproc
    .cfi_personality 155, ___gxx_personality_v0
    .cfi_lsda 16, Lexception
    pushq %rbp
    .cfi_def_cfa_offset 16
    .cfi_offset %rbp, -16
    movq %rsp, %rbp
    .cfi_def_cfa_register %rbp
    callq _outside
    leaq L_text(%rip), %rdi
    movq _outside@GOTPCREL(%rip), %rax
    cmpq $0, _perhaps@GOTPCREL(%rip)
    movq _thread_local@TLVP(%rip), %rdi
    movb $1, _data(%rip)
    movw $1, _data(%rip)
    movl $1, _data(%rip)
    movb $1, L_anonymous(%rip)
    movsd L_eight(%rip), %xmm0
    popq %rbp
    ret
    .cfi_endproc
_weak:
    .cfi_startproc
    subq $24, %rsp
    .cfi_def_cfa_offset 32
    jmp _weak
    .cfi_endproc
_resolver:
    .symbol_resolver _resolver
    ret
_plain:
    nop
    .alt_entry _alternate
_alternate:
    ret
    .no_dead_strip _gap
    .section __TEXT,__gcc_except_tab
Lexception:
    .long 0
    .section __TEXT,__cstring,cstring_literals
L_text:
    .asciz "text"
    .asciz "text"
    .asciz ""
    .literal4
    .long 1
    .literal8
L_eight:
    .quad 2
    .literal16
    .quad 3, 4
    .data
    .p2align 3
_data:
    .quad _main + 1
    .quad L_text
    .quad _data - _main
    .long _main - _data
    .long 0
_gap:
    .space 16
    .section __DATA,__nameless
L_anonymous:
    .quad L_anonymous
    .section __DATA,__mod_init_func,mod_init_funcs
    .quad _main
    .section __DATA,__mod_term_func,mod_term_funcs
    .quad _weak
    .section __DATA,__support,regular,live_support
    .quad _gap
    .section __DATA,__thread_vars,thread_local_variables
    .globl _thread_local
_thread_local:
    .quad __tlv_bootstrap
    .quad 0
    .quad _initial
    .section __DATA,__thread_data,thread_local_regular
_initial:
    .quad 5
    .tbss _zeros$tlv$init, 8, 3
    .zerofill __DATA,__bss,_zeros,24,4
    .comm _tentative, 40, 5
    .set _absolute, 0x1234
    .globl _absolute
    .linker_option "-lm"
    .subsections_via_symbols
