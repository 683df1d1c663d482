# Classes that nobody registers would fail later.
# error: a.o: section __DATA,__objc_classlist holds metadata for the runtime of Objective-C, which is not supported
    .section __DATA,__objc_classlist,regular,no_dead_strip
    .quad 0
