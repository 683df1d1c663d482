# A symbol without a section is a number: a call to it goes through a stub if it is far, and it moves with nothing.
    .text
    .globl start, load, value, own
# let: stub = start + 5 + *{s4}(start + 1)
# check: *{2}stub == 0x25ff
# check: *{8}(stub + 6 + *{s4}(stub + 2)) == 0x123456789abc
start:
    call fixed@PLT
# check: *{3}load == 0x058b48
# check: *{8}(load + 7 + *{s4}(load + 3)) == 0x123456789abc
load:
    movq fixed@GOTPCREL(%rip), %rax
    .data
# check: *{8}value == 0x123456789abc
# check: *{4}(value + 8) == 42
value:
    .quad fixed
    .long number
# check: *{8}own == 0x1122334455
own:
    .quad mine
    .set mine, 0x1122334455
