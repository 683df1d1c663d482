# An absolute value, to its limit or one past it.
# define: target = 0x10000
# error: a.o: .data+0x0: POINTER
# error: is 0x10000; the limits are -0x8000 and 0xffff
    .data
    .globl place
place:
    .short target
