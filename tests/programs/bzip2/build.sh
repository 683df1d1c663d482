PACKAGE=bzip2

compile() {
    objects cc -O2 -D_FILE_OFFSET_BITS=64 -- blocksort.c huffman.c crctable.c randtable.c compress.c decompress.c bzlib.c bzip2.c
}
