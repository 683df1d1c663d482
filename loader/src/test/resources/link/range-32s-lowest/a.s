# A sign-extended value at its lower limit.
# define: target = -0x80000000
# check: *{s4}(place + 3) == target
    .text
    .globl place
place:
    movq $target, %rax
