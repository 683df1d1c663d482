; An object with every relocation type of arm64 and every sort of section that the loader treats in a way of its own.
    .globl _main, _weak, _gap, _alternate
    .weak_definition _weak
    .weak_reference _perhaps
    .private_extern _gap
    .text
    .p2align 2
_main:
    .cfi_startproc
    .cfi_personality 155, ___gxx_personality_v0
    .cfi_lsda 16, l_exception
    stp x29, x30, [sp, #-16]!
    .cfi_def_cfa_offset 16
    .cfi_offset w30, -8
    .cfi_offset w29, -16
    mov x29, sp
    .cfi_def_cfa w29, 16
    bl _outside
    adrp x0, l_text@PAGE
    add x0, x0, l_text@PAGEOFF
    adrp x1, _data@PAGE + 8
    ldr x1, [x1, _data@PAGEOFF + 8]
    adrp x2, _perhaps@GOTPAGE
    ldr x2, [x2, _perhaps@GOTPAGEOFF]
    adrp x3, _thread_local@TLVPPAGE
    ldr x3, [x3, _thread_local@TLVPPAGEOFF]
    ldp x29, x30, [sp], #16
    ret
    .cfi_endproc
_weak:
    .cfi_startproc
    sub sp, sp, #32
    .cfi_def_cfa_offset 32
    b _weak
    .cfi_endproc
_dwarf:
    .cfi_startproc
    .cfi_def_cfa w9, 32
    ret
    .cfi_endproc
_plain:
    nop
    .alt_entry _alternate
_alternate:
    ret
    .no_dead_strip _gap
    .section __TEXT,__gcc_except_tab
    .p2align 2
l_exception:
    .long _outside@GOT - .
    .section __TEXT,__cstring,cstring_literals
l_text:
    .asciz "text"
    .asciz "text"
    .asciz ""
    .section __TEXT,__literal4,4byte_literals
    .long 1
    .section __TEXT,__literal8,8byte_literals
    .quad 2
    .section __TEXT,__literal16,16byte_literals
    .quad 3, 4
    .data
    .p2align 3
_data:
    .quad _main + 1
    .quad l_text
    .quad _data - _main
    .long _main - _data
    .long 0
    .quad _outside@GOT
_gap:
    .space 16
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
