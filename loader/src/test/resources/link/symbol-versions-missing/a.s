# error: nobody defines versioned@V3 (b.o)
    .text
    .globl implementation
    .symver implementation, versioned@@V2, remove
implementation:
    ret
