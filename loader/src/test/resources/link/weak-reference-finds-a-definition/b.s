    .data
    .globl somebody
somebody:
    .quad 1
