# What gcc -flto -fno-fat-lto-objects writes has no code.
# error: a.o: holds GCC's intermediate code only; compile with -fno-lto or -ffat-lto-objects
    .comm __gnu_lto_slim,1,1
