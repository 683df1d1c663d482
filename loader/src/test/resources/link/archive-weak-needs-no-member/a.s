# A weak definition takes no member of an archive, and neither does a weak reference.
# archive: member.o
# not-pulled: member.o
# check: *{4}name == 1
# check: *{8}(pointer + 8) == 0
    .data
    .globl pointer
    .weak name, nothing
name:
    .long 1
pointer:
    .quad name, nothing
