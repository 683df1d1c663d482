# An absolute value, to its limit or one past it.
# define: target = 0x100
# error: a.o: .data+0x0: POINTER
# error: is 0x100; the limits are -0x80 and 0xff
    .data
    .globl place
place:
    .byte target
