# Far targets get an entry in the table of addresses, and calls a stub that jumps through the entry. What is no load always gets an entry.
# let: entry = *{s4}(_code + 3) + _code + 7
# check: *{8}entry == far
# check: *{s4}(_code + 10) + _code + 15 == entry
# let: stub = *{s4}(_code + 16) + _code + 20
# check: *{2}stub == 0x25ff
# check: *{s4}(stub + 2) + stub + 6 == entry
# let: own = *{s4}(_code + 23) + _code + 28
# check: *{8}own == _data
# check: *{s4}_delta + _delta == own
# check: *{s4}_delta8 + _delta8 == own + 4
# define: far = 0x7fff12345678
# jitlink-check: *{8}(got_addr(a.o, _far)) = _far
# jitlink-check: *{4}(_code + 3) = (got_addr(a.o, _far) - (_code + 7))[31:0]
# jitlink-check: *{4}(_code + 10) = (got_addr(a.o, _far) - (_code + 15))[31:0]
# jitlink-check: *{4}(_code + 16) = (stub_addr(a.o, _far) - (_code + 20))[31:0]
# jitlink-check: *{4}(_code + 23) = (got_addr(a.o, _data) - (_code + 28))[31:0]
# jitlink-check: *{4}_delta = (got_addr(a.o, _data) - _delta)[31:0]
    .globl _code, _data, _delta, _delta8
_code:
    movq _far@GOTPCREL(%rip), %rax
    cmpq $0, _far@GOTPCREL(%rip)
    call _far
    cmpq $0, _data@GOTPCREL(%rip)
    ret
    .data
_data:
    .quad 0
_delta:
    .long _data@GOTPCREL+4
_delta8:
    .long _data@GOTPCREL+8
    .subsections_via_symbols
