# What a loaded library exports and an object has in a COMDAT group is the library's; a definition that is weak, protected or hidden is the
# object's own.
# library: inline = 0x1000
# library: variable = 0x2000
# library: weakly = 0x3000
# library: protected = 0x4000
# library: hidden = 0x5000
# library: strong = 0x6000
# check: *{8}pointers == 0x1000
# check: *{8}(pointers + 8) == 0x2000
# check: *{8}(pointers + 16) == weakly
# check: *{8}(pointers + 24) == protected
# check: *{8}(pointers + 32) == hidden
# check: *{8}(pointers + 40) == strong
# check: *{8}(pointers + 48) == only_here
# check: *{4}weakly == 3
# check: *{4}strong == 6
# check: *{8}other_pointer == 0x1000
    .section .data.inline,"awG",@progbits,inline,comdat
    .weak inline, only_here
inline:
    .long 1
only_here:
    .long 7
    .section .data.variable,"awG",@progbits,variable,comdat
    .type variable, @gnu_unique_object
variable:
    .long 2
    .section .data.protected,"awG",@progbits,protected,comdat
    .weak protected
    .protected protected
protected:
    .long 4
    .section .data.hidden,"awG",@progbits,hidden,comdat
    .weak hidden
    .hidden hidden
hidden:
    .long 5
    .data
    .weak weakly
weakly:
    .long 3
    .globl strong, pointers
strong:
    .long 6
pointers:
    .quad inline, variable, weakly, protected, hidden, strong, only_here
