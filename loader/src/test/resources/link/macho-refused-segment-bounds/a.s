# Code and constants of one segment do not lie side by side.
# error: a.o: 'segment$start$__TEXT' is a bound of sections that do not lie side by side: __TEXT,__text and __TEXT,__const
    ret
    .section __TEXT,__const
    .quad 1
    .data
    .quad segment$start$__TEXT
