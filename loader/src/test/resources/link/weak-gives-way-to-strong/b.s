    .data
    .globl both
both:
    .long 2
