# What must keep its table entry: far targets, instructions that have no shorter form, addends, call and jmp with a REX prefix.
# define: far = 0x7fff00000000
    .text
    .globl start, far_mov, far_call, far_jmp, test_near, cmp_near, add_near, rex_call, addend, push_near, plain, adc_near
start:
    nop
# let: entry = far_mov + 7 + *{s4}(far_mov + 3)
# check: *{3}far_mov == 0x058b48
# check: *{8}entry == far
far_mov:
    movq far@GOTPCREL(%rip), %rax
# check: *{2}far_call == 0x15ff
# check: far_call + 6 + *{s4}(far_call + 2) == entry
far_call:
    call *far@GOTPCREL(%rip)
# check: *{2}far_jmp == 0x25ff
# check: far_jmp + 6 + *{s4}(far_jmp + 2) == entry
far_jmp:
    jmp *far@GOTPCREL(%rip)
# check: *{3}test_near == 0x058548
# let: near_entry = test_near + 7 + *{s4}(test_near + 3)
# check: *{8}near_entry == near
# check: near_entry != entry
test_near:
    testq %rax, near@GOTPCREL(%rip)
# check: *{3}cmp_near == 0x053b48
# check: cmp_near + 7 + *{s4}(cmp_near + 3) == near_entry
cmp_near:
    cmpq near@GOTPCREL(%rip), %rax
# check: *{3}add_near == 0x050348
# check: add_near + 7 + *{s4}(add_near + 3) == near_entry
add_near:
    addq near@GOTPCREL(%rip), %rax
# check: *{2}push_near == 0x35ff
# check: push_near + 6 + *{s4}(push_near + 2) == near_entry
push_near:
    pushq near@GOTPCREL(%rip)
# check: *{3}rex_call == 0x15ff48
# check: rex_call + 7 + *{s4}(rex_call + 3) == near_entry
rex_call:
    .byte 0x48, 0xff, 0x15
    .reloc ., R_X86_64_REX_GOTPCRELX, near-4
    .long 0
# An addend other than -4 asks for a place behind the entry, not behind the target.
# check: *{3}addend == 0x058b48
# check: addend + 7 + *{s4}(addend + 3) == near_entry + 4
addend:
    .byte 0x48, 0x8b, 0x05
    .reloc ., R_X86_64_REX_GOTPCRELX, near
    .long 0
# check: *{3}plain == 0x058b48
# check: plain + 7 + *{s4}(plain + 3) == near_entry
plain:
    .byte 0x48, 0x8b, 0x05
    .reloc ., R_X86_64_GOTPCREL, near-4
    .long 0
    .globl near
near:
    ret
