# Two strong definitions are an error that names both objects.
# error: b.o: 'twice' is already defined in test by a.o
    .data
    .globl twice
twice:
    .long 1
