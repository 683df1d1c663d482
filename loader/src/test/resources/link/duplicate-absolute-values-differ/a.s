# error: b.o: 'constant' is already defined in test by a.o
    .globl constant
    .set constant, 0x1234
