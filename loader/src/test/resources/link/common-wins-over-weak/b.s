    .comm value,4,4
