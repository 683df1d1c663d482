# An object with one of each thing that the reader knows. Built by build.sh beside it.
        .text
        .globl  main
        .type   main, @function
main:
        .cfi_startproc
        .cfi_personality 0x9b, DW.ref.personality
        .cfi_lsda 0x1b, .Llsda
        pushq   %rbp
        .cfi_def_cfa_offset 16
        callq   helper@PLT
        movq    variable@GOTPCREL(%rip), %rax
        callq   *outside@GOTPCREL(%rip)
        callq   chosen@PLT
        leaq    __start_things(%rip), %rcx
        leaq    __stop_things(%rip), %rdx
        cmpq    $0, maybe@GOTPCREL(%rip)
        movl    $absolute_value, %edx
        movabsq $_GLOBAL_OFFSET_TABLE_-., %rbx
        movabsq $helper@GOTOFF, %rbx
        movabsq $variable@GOT, %rbx
        callq   once
        popq    %rbp
        retq
        .cfi_endproc
        .size   main, .-main

        .type   chosen, @gnu_indirect_function
        .globl  chosen
chosen:
        leaq    helper(%rip), %rax
        retq
        .size   chosen, .-chosen

        .section .text.helper,"ax",@progbits
        .weak   helper
        .hidden helper
        .type   helper, @function
helper:
        .cfi_startproc
        retq
        .cfi_endproc
        .size   helper, .-helper

        .section .text.once,"axG",@progbits,once,comdat
        .weak   once
        .type   once, @function
once:
        .cfi_startproc
        movl    tentative(%rip), %eax
        retq
        .cfi_endproc
        .size   once, .-once

        .section notes_of_once,"ao",@progbits,.text.once
        .quad   once

        .section things,"a",@progbits
        .quad   1, 2

        .section retained,"aR",@progbits
        .quad   helper

        .section .init_array,"aw",@init_array
        .quad   helper
        .section .fini_array.100,"aw",@fini_array
        .quad   helper
        .section .ctors.65435,"aw",@progbits
        .quad   helper

        .data
        .globl  variable
        .type   variable, @object
variable:
        .quad   main
        .long   main-variable
        .size   variable, .-variable

        .section .rodata.lsda,"a",@progbits
.Llsda:
        .byte   0xff, 0xff, 1, 0

        .section .data.rel.local.DW.ref.personality,"awG",@progbits,DW.ref.personality,comdat
        .weak   DW.ref.personality
        .hidden DW.ref.personality
        .type   DW.ref.personality, @object
DW.ref.personality:
        .quad   __gxx_personality_v0
        .size   DW.ref.personality, 8

        .bss
        .p2align 6
zeros:
        .zero   100

        .comm   tentative,8,8
        .weak   maybe
        .globl  absolute_value
absolute_value = 0x1234
        .section .debug_info,"",@progbits
        .long   main
        .section .note.test,"a",@note
        .long   4, 0, 1
        .asciz  "abc"
        .section .note.GNU-stack,"",@progbits
