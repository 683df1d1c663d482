    .data
    .globl pointer
    .symver other_name, versioned@V3
pointer:
    .quad other_name
