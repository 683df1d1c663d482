PACKAGE=sqlite3

compile() {
    command -v tclsh >/dev/null || fail "sqlite needs tclsh to generate its source"
    ./configure --disable-shared --disable-readline >configure.log 2>&1
    make sqlite3.c shell.c >make.log 2>&1
    objects cc -O2 -I. -DSQLITE_THREADSAFE=1 -DSQLITE_ENABLE_FTS5 -DSQLITE_ENABLE_RTREE -DSQLITE_ENABLE_MATH_FUNCTIONS -- sqlite3.c shell.c
}
