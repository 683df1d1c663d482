// What __aarch64_* functions are made of, for comparison with OutlineAtomics: one section for each.
// A register is w for up to 4 bytes, x for 8; loads and stores have the ending of their size.
    .macro function operation, size, order
    .section .text.__aarch64_\operation\size\()_\order, "ax"
    .endm
    .macro finish order
    .ifc \order, sync
    dmb ish
    .endif
    ret
    .endm
    .macro cas size, order, r, ending, load, store
    function cas, \size, \order
    .if \size == 1
    uxtb w16, w0
    .elseif \size == 2
    uxth w16, w0
    .else
    mov \r\()16, \r\()0
    .endif
0:  \load\()r\ending \r\()0, [x2]
    cmp \r\()0, \r\()16
    b.ne 1f
    \store\()r\ending w17, \r\()1, [x2]
    cbnz w17, 0b
1:  finish \order
    .endm
    .macro swp size, order, r, ending, load, store
    function swp, \size, \order
    mov \r\()16, \r\()0
0:  \load\()r\ending \r\()0, [x1]
    \store\()r\ending w17, \r\()16, [x1]
    cbnz w17, 0b
    finish \order
    .endm
    .macro change operation, instruction, size, order, r, ending, load, store
    function \operation, \size, \order
    mov \r\()16, \r\()0
0:  \load\()r\ending \r\()0, [x1]
    \instruction \r\()17, \r\()0, \r\()16
    \store\()r\ending w15, \r\()17, [x1]
    cbnz w15, 0b
    finish \order
    .endm
    .macro size size, order, r, ending, load, store
    cas \size, \order, \r, "\ending", \load, \store
    swp \size, \order, \r, "\ending", \load, \store
    change ldadd, add, \size, \order, \r, "\ending", \load, \store
    change ldclr, bic, \size, \order, \r, "\ending", \load, \store
    change ldeor, eor, \size, \order, \r, "\ending", \load, \store
    change ldset, orr, \size, \order, \r, "\ending", \load, \store
    .endm
    .macro order order, load, store
    size 1, \order, w, b, \load, \store
    size 2, \order, w, h, \load, \store
    size 4, \order, w, , \load, \store
    size 8, \order, x, , \load, \store
    function cas, 16, \order
    mov x16, x0
    mov x17, x1
0:  \load\()p x0, x1, [x4]
    cmp x0, x16
    ccmp x1, x17, #0, eq
    b.ne 1f
    \store\()p w15, x2, x3, [x4]
    cbnz w15, 0b
1:  finish \order
    .endm
    order relax, ldx, stx
    order acq, ldax, stx
    order rel, ldx, stlx
    order acq_rel, ldax, stlx
    order sync, ldx, stlx
