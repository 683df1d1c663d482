# int answer(void), in an archive.
    .globl _answer, _dummy
    .text
_answer:
    jmp _part
    .data
_dummy:
    .quad _answer
    .subsections_via_symbols
