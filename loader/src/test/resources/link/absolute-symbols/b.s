    .globl fixed, number
    .set fixed, 0x123456789abc
    .set number, 42
