# error: a.o: section __TEXT,__swift5_types holds metadata for the runtime of Swift, which is not supported
    .section __TEXT,__swift5_types
    .long 0
