// Each relocation with a value of its own. The words behind
// @text   0x40000000
// @data   0x40100000
// @define small      0x8123
// @define middle     0x89abcdef
// @define large      0x7654321089ab
// @define huge       0xfedcba9876543210
// @define minus      0xffffffffffff8123
// @define minus2     0xffff89abcdef0123
// @define near       0x40012344
// @define aligned    0x4001dff0
// @define below      0x3fff8450
// @define page       0x7edcb123
// @define pageBelow  0x1def67
// @define far        0x123456789abc
    .text
    movz x0, #:abs_g0:small+1                   //= d2902480
    movk x1, #:abs_g0_nc:huge                   //= f2864201
    movz x2, #:abs_g1:middle                    //= d2b13562
    movk x3, #:abs_g1_nc:huge                   //= f2aeca83
    movz x4, #:abs_g2:large                     //= d2ceca84
    movk x5, #:abs_g2_nc:huge                   //= f2d75305
    movz x6, #:abs_g3:huge                      //= d2ffdb86
    movz x7, #:abs_g0_s:small                   //= d2902467
    movz x8, #:abs_g0_s:minus                   //= 928fdb88
    movz x9, #:abs_g1_s:middle                  //= d2b13569
    movz x10, #:abs_g1_s:minus                  //= 92a0000a
    movz x11, #:abs_g2_s:large                  //= d2ceca8b
    movz x12, #:abs_g2_s:minus2                 //= 92ceca8c
    movn x12, #:abs_g2_s:large                  //= d2ceca8c
    movz x13, #:prel_g0:aligned - 0x1d000       //= d281f70d
    movz x14, #:prel_g0:below                   //= 928f7d6e
    movk x15, #:prel_g0_nc:far                  //= f2934f8f
    movz x16, #:prel_g1:page                    //= d2a7db90
    movz x17, #:prel_g1:pageBelow               //= 92a7fc51
    movk x18, #:prel_g1_nc:far                  //= f2a2cf12
    movz x19, #:prel_g2:large                   //= d2ceca73
    movz x20, #:prel_g2:minus2                  //= 92ceca94
    movk x21, #:prel_g2_nc:far                  //= f2c24695
    movz x22, #:prel_g3:huge                    //= d2ffdb96
    movz x23, #:prel_g3:far                     //= d2e00017
    movk x24, #:prel_g3:huge                    //= f2ffdb98
    ldr x0, near                                //= 580916e0
    ldr w1, below                               //= 18fc1f21
    ldrsw x2, near                              //= 980916a2
    ldr q3, near                                //= 9c091683
    adr x4, near+3                              //= 70091664
    adr x5, below+1                             //= 30fc1ea5
    adrp x6, page                               //= f01f6e46
    adrp x7, pageBelow                          //= d0e00ee7
    adrp x8, near+0x1000                        //= f0000088
    adrp x9, :pg_hi21_nc:far                    //= b00b3c49
    add x10, x11, :lo12:page                    //= 91048d6a
    add w12, w13, :lo12:pageBelow               //= 113d9dac
    ldrb w0, [x1, :lo12:page]                   //= 39448c20
    strb w0, [x1, :lo12:pageBelow]              //= 393d9c20
    ldr b0, [x1, :lo12:page]                    //= 3d448c20
    ldrh w0, [x1, :lo12:aligned]                //= 795fe020
    ldrsh x0, [x1, :lo12:aligned+2]             //= 799fe420
    ldr h0, [x1, :lo12:aligned+6]               //= 7d5fec20
    ldr w0, [x1, :lo12:aligned]                 //= b94ff020
    ldrsw x0, [x1, :lo12:aligned+4]             //= b98ff420
    ldr s0, [x1, :lo12:aligned+8]               //= bd4ff820
    ldr x0, [x1, :lo12:aligned]                 //= f947f820
    str x0, [x1, :lo12:aligned+8]               //= f907fc20
    prfm pldl1keep, [x1, :lo12:aligned]         //= f987f820
    ldr d0, [x1, :lo12:aligned]                 //= fd47f820
    ldr q0, [x1, :lo12:aligned]                 //= 3dc3fc20
    str q0, [x1, :lo12:aligned+16]              //= 3d800020
    tbz x0, #33, below                          //= b60c1be0
    tbnz w1, #31, near-0xf000                   //= 37f99361
    b.eq near                                   //= 54091340
    b.ne below                                  //= 54fc1b81
    cbz x2, near                                //= b4091302
    cbnz w3, below                              //= 35fc1b43
    b near                                      //= 14004896
    b below                                     //= 17ffe0d8
    bl near+4                                   //= 94004895
    bl below-4                                  //= 97ffe0d5
    bl inside                                   //= 94000002
    adr x0, inside                              //= 10000020
inside:
    ldr x0, inside                              //= 58000000
    adrp x1, variable                           //= 90000801
    ldr x1, [x1, :lo12:variable]                //= f9400021
    movz x0, #:tprel_g2:many                    //= d2c00000
    movz x0, #:tprel_g1:many                    //= d2a000c0
    movk x0, #:tprel_g1_nc:many                 //= f2a000c0
    movz x0, #:tprel_g0:few                     //= d2800600
    movk x0, #:tprel_g0_nc:many                 //= f28aa000
    add x0, x0, :tprel_lo12_nc:few              //= 9100c000
    add x0, x0, :tprel_hi12:many                //= 91419400
    add x0, x0, :tprel_lo12_nc:many             //= 91140000
    ldrb w0, [x0, :tprel_lo12_nc:many]          //= 39540000
    ldrh w0, [x0, :tprel_lo12_nc:many]          //= 794a0000
    ldr w0, [x0, :tprel_lo12_nc:many]           //= b9450000
    ldr x0, [x0, :tprel_lo12_nc:many]           //= f9428000
    ldr q0, [x0, :tprel_lo12_nc:many]           //= 3dc14000
    .data
variable:
    .quad huge                                  //= fedcba9876543210
    .quad inside+8                              //= 000000004000010c
    .word middle                                //= 89abcdef
    .word minus                                 //= ffff8123
    .hword small                                //= 8123
    .hword minus                                //= 8123
    .quad far - .                               //= 0000123416689aa0
    .quad below - .                             //= ffffffffffef842c
    .word near - .                              //= fff12318
    .word below - .                             //= ffef8420
    .hword variable - . + 0x7000                //= 6fcc
    .hword variable - . - 0x7000                //= 8fca
    .word near@PLT - .                          //= fff1230c
    .word below@PLT - .                         //= ffef8414
    .section .tbss, "awT", @nobits
    .p2align 4
    .zero 0x20
few:
    .zero 0x654d0
many:
    .zero 16
