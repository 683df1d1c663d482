# A strong definition wins over a weak one that was there before.
# check: *{4}both == 2
# check: *{8}from_a == both
    .data
    .weak both
both:
    .long 1
    .globl from_a
from_a:
    .quad both
