    .data
    .globl pointer
    .symver other_name, versioned@V2
    .symver old_name, versioned@V1
    .symver plain_name, plain@V9
    .weak nothing_name
    .symver nothing_name, nothing@V9
pointer:
    .quad versioned, other_name, old_name, plain_name, nothing_name
