# Code for the first 2 GiB brings along what it refers to, also if that is in another object which would not need to be there.
    .text
    .globl start
# check: *{4}(start + 1) == elsewhere
# check: *{s4}(start + 8) == elsewhere + 8
# check: start + 17 + *{s4}(start + 13) == code_elsewhere
start:
    movl $elsewhere, %eax
    movq $elsewhere+8, %rax
    call code_elsewhere
    ret
