    .data
    .globl other
    .type other, @object
    .size other, 40
other:
    .zero 40
