    .globl constant
    .set constant, 0x1234
