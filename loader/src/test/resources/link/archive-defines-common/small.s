# ld and lld take this member, but a common symbol wins over a weak definition.
    .data
    .weak weakly
weakly:
    .long 9
