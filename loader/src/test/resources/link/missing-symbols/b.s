    .data
    .globl keep_b
keep_b:
    .quad third, second
