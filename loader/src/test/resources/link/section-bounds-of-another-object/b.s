    .section hooks,"aw",@progbits
    .quad 1
