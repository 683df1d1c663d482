# Priorities first, over all objects; then what has none, object by object. .ctors run from their end, .init_array from the start.
# initializers: a.o:pre b.o:p101 a.o:p102 a.o:c200 b.o:p300 a.o:ctor2 a.o:ctor1 a.o:i1 a.o:i2 b.o:i3 b.o:ctor
# finalizers: b.o:f2 a.o:f1 a.o:dtor1 a.o:dtor2 b.o:f300 a.o:f101
    .text
pre: ret
p102: ret
c200: ret
ctor1: ret
ctor2: ret
i1: ret
i2: ret
f1: ret
f101: ret
dtor1: ret
dtor2: ret
    .section .ctors,"aw",@progbits
    .quad ctor1, ctor2
    .section .init_array,"aw",@init_array
    .quad i1, i2
    .section .init_array.102,"aw",@init_array
    .quad p102
    .section .ctors.65335,"aw",@progbits
    .quad c200
    .section .preinit_array,"aw",@preinit_array
    .quad pre
    .section .dtors,"aw",@progbits
    .quad dtor1, dtor2
    .section .fini_array,"aw",@fini_array
    .quad f1
    .section .fini_array.101,"aw",@fini_array
    .quad f101
