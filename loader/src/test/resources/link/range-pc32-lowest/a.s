# A distance of 32 bits, to its limit or one past it.
# define: target = 0x80000000
# check: place + *{s4}place == target
    .text
    .globl place
place:
    .long target - .
