# A sign-extended value, one past its limit.
# define: target = 0x80000000
# error: a.o: .text+0x3: POINTER32_SIGNED to 'target'
# error: is 0x80000000; the limits are -0x80000000 and 0x7fffffff
    .text
    .globl place
place:
    movq $target, %rax
