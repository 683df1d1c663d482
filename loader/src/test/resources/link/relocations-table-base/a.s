# The large model: everything is found by its distance from the table, in 64 bits.
# define: far = 0x7fff00000000
    .text
    .globl start, base32, base64, got64, gotoff, gotpcrel64, pltoff, pltoff_far, got32, gotplt64, local
start:
    nop
# let: base = base64 + *{8}base64
base64:
    .reloc ., R_X86_64_GOTPC64, _GLOBAL_OFFSET_TABLE_
    .quad 0
# check: base32 + *{s4}base32 == base
base32:
    .reloc ., R_X86_64_GOTPC32, _GLOBAL_OFFSET_TABLE_
    .long 0
# check: *{8}(base + *{8}got64) == far
got64:
    .reloc ., R_X86_64_GOT64, far
    .quad 0
# check: *{8}(base + *{s4}got32) == far
got32:
    .reloc ., R_X86_64_GOT32, far
    .long 0
# check: base + *{8}gotplt64 == base + *{8}got64
gotplt64:
    .reloc ., R_X86_64_GOTPLT64, far
    .quad 0
# check: base + *{8}gotoff == local + 3
gotoff:
    .reloc ., R_X86_64_GOTOFF64, local+3
    .quad 0
# check: *{8}(gotpcrel64 + *{8}gotpcrel64) == far
gotpcrel64:
    .reloc ., R_X86_64_GOTPCREL64, far
    .quad 0
# check: base + *{8}pltoff == local
pltoff:
    .reloc ., R_X86_64_PLTOFF64, local
    .quad 0
# A function out of reach is called through a stub, near the table.
# let: stub = base + *{8}pltoff_far
# check: *{2}stub == 0x25ff
# check: *{8}(stub + 6 + *{s4}(stub + 2)) == far
pltoff_far:
    .reloc ., R_X86_64_PLTOFF64, far
    .quad 0
local:
    ret
