# A distance of 32 bits, to its limit or one past it.
# define: target = 0x7fffffff
# error: a.o: .text+0x0: DELTA32 to 'target'
# error: is -0x80000001; the limits are -0x80000000 and 0x7fffffff
    .text
    .globl place
place:
    .long target - .
