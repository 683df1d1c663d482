# The type of a section says what it is for, whatever its name. The name tells the priority, and the kind where the type is silent.
# initializers: a.o:pre a.o:p5 a.o:p7 a.o:i1 a.o:i2 a.o:i3
# finalizers: a.o:f1 a.o:f7
    .text
pre: ret
p5: ret
p7: ret
i1: ret
i2: ret
i3: ret
f1: ret
f7: ret
    .section mine,"aw",@init_array
    .quad i1
    .section .ctors.5,"aw",@init_array
    .quad i2, i3
    .section .init_array.7,"aw",@progbits
    .quad p7
    .section .init_array.5,"aw",@init_array
    .quad p5
    .section .init_array.1,"aw",@preinit_array
    .quad pre
    .section over,"aw",@fini_array
    .quad f1
    .section .fini_array.7,"aw",@fini_array
    .quad f7
