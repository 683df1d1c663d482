    .data
    .globl pointer
    .symver other_name, versioned@V2
pointer:
    .quad versioned, other_name
