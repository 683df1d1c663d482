# Of weak definitions the first counts, for everybody.
# check: *{4}twice == 1
# check: *{8}from_b == twice
    .data
    .weak twice
twice:
    .long 1
