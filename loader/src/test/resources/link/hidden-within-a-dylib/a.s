# Hidden, internal and protected definitions are seen by the other objects of their dylib.
# check: *{8}from_a == hidden
# check: *{8}(from_a + 8) == internal
# check: *{8}(from_a + 16) == protected
    .data
    .globl from_a
from_a:
    .quad hidden, internal, protected
