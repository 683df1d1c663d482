# A part of the section that is in a dropped group is not between the bounds, which are the same for all objects.
# check: *{8}(bounds_a + 8) - *{8}bounds_a == 24
# check: *{8}bounds_b == *{8}bounds_a
# check: *{8}(bounds_b + 8) == *{8}(bounds_a + 8)
# check: *{8}(*{8}bounds_a) == 0xa5
# check: *{8}(*{8}bounds_a + 8) == 0xa
# check: *{8}(*{8}bounds_a + 16) == 0xb
    .section counters,"awG",@progbits,shared,comdat
    .quad 0xa5
    .section counters,"aw",@progbits
    .quad 0xa
    .data
    .globl bounds_a
bounds_a:
    .quad __start_counters, __stop_counters
