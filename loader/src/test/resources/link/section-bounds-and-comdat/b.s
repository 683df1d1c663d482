    .section counters,"awG",@progbits,shared,comdat
    .quad 0xb5
    .section counters,"aw",@progbits
    .quad 0xb
    .data
    .globl bounds_b
bounds_b:
    .quad __start_counters, __stop_counters
