# A distance of 32 bits, to its limit or one past it.
# define: target = 0x17fffffff
# check: place + *{s4}place == target
    .text
    .globl place
place:
    .long target - .
