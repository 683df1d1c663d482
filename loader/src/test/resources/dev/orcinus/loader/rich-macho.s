# Every kind of section, symbol and relocation that the loader knows in Mach-O objects.
    .section __TEXT,__text,regular,pure_instructions
    .build_version macos, 13, 0 sdk_version 13, 1
    .linker_option "-lm"
    .linker_option "-framework", "Nothing"
    .globl _main
_main:
    .cfi_startproc
    .cfi_personality 155, _personality
    .cfi_lsda 16, _table
    call _external
    movq _far@GOTPCREL(%rip), %rax
    cmpq $0, _variable@GOTPCREL(%rip)
    movq _thread_local@TLVP(%rip), %rdi
    leaq _variable(%rip), %rax
    movb $1, _variable(%rip)
    movw $1, _variable(%rip)
    movl $1, _variable(%rip)
    leaq L_text(%rip), %rdi
    movsd L_eight(%rip), %xmm0
    jrcxz _inline
    ret
    .cfi_endproc
    .globl _inline
    .weak_definition _inline
_inline:
    .cfi_startproc
    ret
    .cfi_endproc
    .private_extern _private
    .globl _private
_private:
    nop
    .alt_entry _entry
_entry:
    ret
    .no_dead_strip _kept
_kept:
    ret
    .symbol_resolver _chosen
    .globl _chosen
_chosen:
    leaq _private(%rip), %rax
    ret
    .section __TEXT,__gcc_except_tab
_table:
    .long _personality - _table
    .section __TEXT,__cstring,cstring_literals
L_text:
    .asciz "text"
    .asciz "text"
    .section __TEXT,__literal8,8byte_literals
    .p2align 3
L_eight:
    .quad 8
    .section __TEXT,__text
_personality:
    ret
    .section __DATA,__data
    .p2align 4
    .globl _variable, _thread_local
_variable:
    .quad _main + 4
    .quad L_text
    .long _small
    .quad _main - _variable
    .long _variable - _main
_thread_local:
    .quad 0, 0, 0
    .weak_reference _nowhere
    .quad _nowhere
    .section __DATA,__mod_init_func,mod_init_funcs
    .p2align 3
    .quad _private
    .section __DATA,__mod_term_func,mod_term_funcs
    .p2align 3
    .quad _kept
    .section __DATA,__described,regular,live_support
    .quad _kept
    .zerofill __DATA,__bss,_zeros,64,4
    .comm _common, 16, 4
    .globl _absolute
    .set _absolute, 0x1234
    .subsections_via_symbols
