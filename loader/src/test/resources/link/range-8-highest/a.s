# An absolute value, to its limit or one past it.
# define: target = 0xff
# check: *{1}place == target
    .data
    .globl place
place:
    .byte target
