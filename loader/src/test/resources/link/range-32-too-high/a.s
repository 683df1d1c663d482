# An absolute value, to its limit or one past it.
# define: target = 0x100000000
# error: a.o: .data+0x0: POINTER
# error: is 0x100000000; the limits are 0x0 and 0xffffffff
    .data
    .globl place
place:
    .long target
