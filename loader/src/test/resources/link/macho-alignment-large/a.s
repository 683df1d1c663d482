# Large alignments of sections, zeros and tentative definitions.
# aligned: _page 32768
# aligned: _zeros 16384
# aligned: _common 8192
# aligned: _code 4096
# aligned: _offset 16
# check: _offset == _page + 16
    .globl _page, _zeros, _common, _code, _offset
    .p2align 12
_code:
    ret
    .data
    .p2align 15
_page:
    .quad 1, 1
_offset:
    .quad 1
    .zerofill __DATA,__bss,_zeros,64,14
    .comm _common,100,13
    .subsections_via_symbols
