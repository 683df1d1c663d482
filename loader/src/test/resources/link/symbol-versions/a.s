# foo@@V is foo for those who do not say a version, and for those who say V; foo@V can be had by its full name only. A definition without
# a version is there for references to any version, because a program's definition goes before that of a library.
# check: *{8}pointer == implementation2
# check: *{8}(pointer + 8) == implementation2
# check: *{8}(pointer + 16) == implementation1
# check: *{8}(pointer + 24) == plain
# check: *{8}(pointer + 32) == 0
    .text
    .globl implementation1, implementation2, plain
    .symver implementation1, versioned@V1
    .symver implementation2, versioned@@V2
implementation1:
    ret
implementation2:
    ret
plain:
    ret
