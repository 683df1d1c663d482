# A distance from the table, in an object that never names the table itself. The two must agree on where it is.
    .text
    .globl f, g
f:
    ret
g:
    ret
    .data
    .globl to_f, to_g
to_f:
    .quad f@GOTOFF
# check: *{8}to_g - *{8}to_f == g - f
# let: base = f - *{8}to_f
# check: *{8}base == 0
to_g:
    .quad g@GOTOFF
