# A call goes straight to what is near, and through one stub, shared by all calls, to what is far.
# define: far = 0x7fff00000000
# define: just_near = 0x17ffffff0
    .text
    .globl start, far2, same, other, near_absolute, plain_pc32
# let: stub = start + 5 + *{s4}(start + 1)
# check: *{2}stub == 0x25ff
# check: *{8}(stub + 6 + *{s4}(stub + 2)) == far
start:
    call far@PLT
# check: far2 + 5 + *{s4}(far2 + 1) == stub
far2:
    jmp far
# check: same + 5 + *{s4}(same + 1) == start
same:
    call start@PLT
# check: other + 5 + *{s4}(other + 1) == elsewhere
other:
    call elsewhere@PLT
# check: near_absolute + 5 + *{s4}(near_absolute + 1) == just_near
near_absolute:
    call just_near
