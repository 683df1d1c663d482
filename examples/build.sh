#!/bin/sh
# Builds the examples' objects again and renews the checksums. CC names the compiler (any clang or gcc for x86-64 Linux); ZIG is the program of
# Zig 0.11, which has the headers of other systems; LIPO is an llvm-lipo.
set -eu
cd "$(dirname "$0")"
: "${ZIG:?Zig 0.11}" "${LIPO:=llvm-lipo}"

"${CC:-cc}" -O1 -fPIC -c hello/hello.c -o hello/hello.o
other() { "$ZIG" cc -target "$1" -O1 -g0 -fPIC -fno-sanitize=all -c hello/hello.c -o "$2"; }
other aarch64-linux-gnu hello/hello-aarch64.o
other x86_64-macos hello/x64.tmp.o
other aarch64-macos hello/arm64.tmp.o
"$LIPO" -create hello/x64.tmp.o hello/arm64.tmp.o -output hello/hello-macos.o
rm hello/x64.tmp.o hello/arm64.tmp.o
"${CC:-cc}" -O2 -fPIC -c integrate/integrate.c -o integrate/integrate.o
"${CC:-cc}" -O3 -ffast-math -fPIC -c kernel/dot.c -o kernel/dot.o
"${CC:-cc}" -O1 -fPIC -DPERCENT=0 -c reload/prices.c -o reload/prices.o
"${CC:-cc}" -O1 -fPIC -DPERCENT=20 -c reload/prices.c -o reload/sale.o
sha256sum */*.c */*.o >SHA256SUMS
