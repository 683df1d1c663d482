# A weak reference to what nobody defines is null, through the table, in data, and as an absolute value; a call to it links.
    .text
    .globl call_nobody, ask_nobody, pointer
# check: *{8}(ask_nobody + 7 + *{s4}(ask_nobody + 3)) == 0
ask_nobody:
    movq nobody@GOTPCREL(%rip), %rax
# let: stub = call_nobody + 5 + *{s4}(call_nobody + 1)
# check: *{8}(stub + 6 + *{s4}(stub + 2)) == 0
call_nobody:
    call nobody@PLT
    .weak nobody
    .data
# check: *{8}pointer == 0
# check: *{4}(pointer + 8) == 0
pointer:
    .quad nobody
    .long nobody
