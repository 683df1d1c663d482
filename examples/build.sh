#!/bin/sh
# Builds the examples' objects again and renews the checksums; CC names the compiler (any clang or gcc for x86-64 Linux).
set -eu
cd "$(dirname "$0")"
"${CC:-cc}" -O1 -fPIC -c hello/hello.c -o hello/hello.o
"${CC:-cc}" -O2 -fPIC -c integrate/integrate.c -o integrate/integrate.o
"${CC:-cc}" -O3 -ffast-math -fPIC -c kernel/dot.c -o kernel/dot.o
sha256sum */*.c */*.o >SHA256SUMS
