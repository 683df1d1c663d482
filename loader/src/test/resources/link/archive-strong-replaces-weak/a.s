# A member that is needed for another symbol has a strong definition; the object's weak one gives way to it.
# archive: member.o
# pulled: member.o
# check: *{4}name == 2
# check: *{8}pointer == member.o:name
    .data
    .globl pointer
    .weak name
name:
    .long 1
pointer:
    .quad name, other
