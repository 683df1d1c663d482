# Labels without bytes of their own keep their places: between atoms, at the end of a section, and several at one address.
# check: *{8}_table == _end
# check: *{8}(_table + 8) == _data_end
# check: *{8}(_table + 16) == _first
# check: *{8}(_table + 24) == _also_first
# check: _first == _also_first
# check: _data_end == _table + 40
# check: *{8}(_table + 32) == 40
# check: _end == _last + 1
# jitlink-check: *{8}_table = _end
# jitlink-check: *{8}(_table + 8) = _data_end
# jitlink-check: *{8}(_table + 16) = _first
# jitlink-check: *{8}(_table + 32) = _data_end - _table
    .globl _first, _also_first, _empty, _last, _end, _table, _data_end
_first:
_also_first:
    nop
_empty:
_last:
    ret
_end:
    .data
_table:
    .quad _end
    .quad _data_end
    .quad _first
    .quad _also_first
    .quad _data_end - _table
_data_end:
    .subsections_via_symbols
