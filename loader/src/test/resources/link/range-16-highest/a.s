# An absolute value, to its limit or one past it.
# define: target = 0xffff
# check: *{2}place == target
    .data
    .globl place
place:
    .short target
