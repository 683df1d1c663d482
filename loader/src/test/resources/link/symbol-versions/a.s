# foo@@V is foo for those who do not say a version; foo@V can be had by its full name only; a reference's version is not looked at.
# check: *{8}pointer == implementation2
# check: *{8}(pointer + 8) == implementation2
    .text
    .globl implementation1, implementation2
    .symver implementation1, versioned@V1
    .symver implementation2, versioned@@V2
implementation1:
    ret
implementation2:
    ret
