# Each relocation of arm64 that instructions and data of an object can have. relocations.jitlink is what LLVM makes of it, far from _ext.
# define: _ext = 0x7fff12345678
# define: __far = 0x7fff12345000
.section __TEXT,__text,regular,pure_instructions
.p2align 2
.globl _text
_text:
bl _ext
adrp x0, _data@PAGE
add x0, x0, _data@PAGEOFF
adrp x1, _data@PAGE+0x12345
ldr x1,[x1, _data@PAGEOFF+24]
add x1,x1, _data@PAGEOFF+5
ldrb w1,[x1, _data@PAGEOFF+3]
ldrsh w1,[x1, _data@PAGEOFF+2]
ldr w1,[x1, _data@PAGEOFF+4]
ldr q1,[x1, _data@PAGEOFF+16]
str d1,[x1, _data@PAGEOFF+8]
adrp x2, _data@GOTPAGE
ldr x2,[x2,_data@GOTPAGEOFF]
adrp x2, _ext@GOTPAGE
ldr x2,[x2,_ext@GOTPAGEOFF]
adrp x0, _var@TLVPPAGE
ldr x0,[x0,_var@TLVPPAGEOFF]
bl _near
b _near+4
ret
.globl _near
_near:
nop
bl _text
ret
.data
.p2align 4
.globl _data
_data:
.quad _ext
.quad _data+16
.quad _ext-5
.long _text-.
.quad _text-_data
L0:
.quad _data-_text
.long _data-_text+4
.long _ext@GOT-.
.globl _other
_other:
.quad L0
.long _data@GOT-.
.section __DATA,__more
.globl _var
_var: .quad 0
.quad __far
.subsections_via_symbols
