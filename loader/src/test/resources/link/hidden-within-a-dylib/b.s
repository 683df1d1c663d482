    .data
    .globl hidden, internal, protected
    .hidden hidden
    .internal internal
    .protected protected
hidden:
    .long 1
internal:
    .long 2
protected:
    .long 3
