# Common symbols of one name share one place: as large as the largest, as aligned as the most aligned.
# check: *{8}from_a == shared
# check: *{8}from_b == shared
# check: *{8}from_c == shared
# check: *{8}shared == 0
# check: *{8}(shared + 56) == 0
# aligned: shared 256
    .comm shared,4,256
    .data
    .globl from_a
from_a:
    .quad shared
