# The parts of a section lie side by side in the order of the objects, whoever asks for its bounds; a member of an archive that something else
# needs brings its part along, at the end. One writable part makes all writable.
# archive: member.o unused.o
# not-pulled: unused.o
# check: *{8}(bounds + 8) - *{8}bounds == 40
# check: *{8}(*{8}bounds) == 1
# check: *{8}(*{8}bounds + 8) == 2
# check: *{8}(*{8}bounds + 16) == variable
# check: *{8}(*{8}bounds + 24) == 4
# check: *{8}(*{8}bounds + 32) == 5
# check: *{8}b.o:second == 2
# aligned: bounds_start 16
    .data
    .globl bounds
bounds:
    .quad __start_hooks, __stop_hooks
    .quad member
