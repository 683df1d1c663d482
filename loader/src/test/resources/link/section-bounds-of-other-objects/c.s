    .section hooks,"aw",@progbits
    .quad variable, 4
    .data
    .globl variable
variable:
    .long 3
