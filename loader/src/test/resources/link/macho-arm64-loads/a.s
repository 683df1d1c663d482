# Loads and stores of every size.
# check: (*{4}(_code + 0))[21:10] == (_d1)[11:0]
# check: (*{4}(_code + 4))[21:10] == (_d2)[11:1]
# check: (*{4}(_code + 8))[21:10] == (_d4)[11:2]
# check: (*{4}(_code + 12))[21:10] == (_d8)[11:3]
# check: (*{4}(_code + 16))[21:10] == (_d16)[11:4]
# check: (*{4}(_code + 20))[21:10] == (_d1)[11:0]
# check: (*{4}(_code + 24))[21:10] == (_d2)[11:1]
# check: (*{4}(_code + 28))[21:10] == (_d4)[11:2]
# check: (*{4}(_code + 32))[21:10] == (_d8)[11:3]
# check: (*{4}(_code + 36))[21:10] == (_d4)[11:2]
# check: (*{4}(_code + 40))[21:10] == (_d8)[11:3]
# check: (*{4}(_code + 44))[21:10] == (_d1)[11:0]
# check: (*{4}(_code + 48))[21:10] == (_d2)[11:1]
# jitlink-check: (*{4}(_code + 0))[21:10] = (_d1)[11:0]
# jitlink-check: (*{4}(_code + 4))[21:10] = (_d2)[11:1]
# jitlink-check: (*{4}(_code + 8))[21:10] = (_d4)[11:2]
# jitlink-check: (*{4}(_code + 12))[21:10] = (_d8)[11:3]
# jitlink-check: (*{4}(_code + 16))[21:10] = (_d16)[11:4]
# jitlink-check: (*{4}(_code + 20))[21:10] = (_d1)[11:0]
# jitlink-check: (*{4}(_code + 24))[21:10] = (_d2)[11:1]
# jitlink-check: (*{4}(_code + 28))[21:10] = (_d4)[11:2]
# jitlink-check: (*{4}(_code + 32))[21:10] = (_d8)[11:3]
# jitlink-check: (*{4}(_code + 36))[21:10] = (_d4)[11:2]
# jitlink-check: (*{4}(_code + 40))[21:10] = (_d8)[11:3]
# jitlink-check: (*{4}(_code + 44))[21:10] = (_d1)[11:0]
# jitlink-check: (*{4}(_code + 48))[21:10] = (_d2)[11:1]
    .globl _code, _d1, _d2, _d4, _d8, _d16
    .text
    .p2align 2
_code:
    ldrb w0, [x0, _d1@PAGEOFF]
    ldrh w0, [x0, _d2@PAGEOFF]
    ldr w0, [x0, _d4@PAGEOFF]
    ldr x0, [x0, _d8@PAGEOFF]
    ldr q0, [x0, _d16@PAGEOFF]
    ldrsb x0, [x0, _d1@PAGEOFF]
    ldrsh x0, [x0, _d2@PAGEOFF]
    ldrsw x0, [x0, _d4@PAGEOFF]
    prfm pldl1keep, [x0, _d8@PAGEOFF]
    str s0, [x0, _d4@PAGEOFF]
    str d0, [x0, _d8@PAGEOFF]
    str b0, [x0, _d1@PAGEOFF]
    str h0, [x0, _d2@PAGEOFF]
    .data
    .p2align 4
    .quad 0, 0, 0
_d8:
    .quad 1
_d16:
    .quad 2, 3
    .long 0
_d4:
    .long 1
    .short 1
_d2:
    .short 1
    .byte 1
_d1:
    .byte 1
    .subsections_via_symbols
