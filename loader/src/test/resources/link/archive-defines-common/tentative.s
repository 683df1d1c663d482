    .comm table, 16, 4
