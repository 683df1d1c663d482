# All missing symbols at once, in order, each with everybody who asks for it; weak ones are not missing.
# error: nobody defines first (a.o), second (a.o, b.o), third (b.o)
    .data
    .weak not_missing
    .quad second, first, not_missing
    .globl keep_a
keep_a:
    .quad second
