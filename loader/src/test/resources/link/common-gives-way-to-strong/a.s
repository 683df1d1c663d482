# An initialized definition wins over common ones, in whatever order.
# check: *{4}value == 7
# check: *{8}from_a == value
# check: *{8}from_c == value
    .comm value,4,4
    .data
    .globl from_a
from_a:
    .quad value
