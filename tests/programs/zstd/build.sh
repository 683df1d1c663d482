PACKAGE=libzstd

# With its threads, and its assembly.
compile() {
    objects cc -O2 -DZSTD_MULTITHREAD -DXXH_NAMESPACE=ZSTD_ -Ilib -Ilib/common -- \
        lib/common/*.c lib/compress/*.c lib/decompress/*.c lib/decompress/*.S lib/dictBuilder/*.c programs/*.c
}
