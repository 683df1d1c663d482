PACKAGE=lua5.4

compile() {
    rm src/luac.c
    objects cc -O2 -DLUA_USE_LINUX -- src/*.c
}
