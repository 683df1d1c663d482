# An absolute value, to its limit or one past it.
# define: target = 0xffffffff
# check: *{4}place == target
    .data
    .globl place
place:
    .long target
