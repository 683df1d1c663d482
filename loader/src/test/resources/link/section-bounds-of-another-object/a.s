# Objects are linked one by one, so a section's parts in different objects are not neighbours: the bounds are those of the own part.
# error: nobody defines __start_hooks (a.o)
    .data
    .globl bounds
bounds:
    .quad __start_hooks
