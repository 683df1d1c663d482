#!/bin/sh
# Builds hello.o again and renews the checksums; CC names the compiler (any clang or gcc for x86-64 Linux).
set -eu
cd "$(dirname "$0")"
"${CC:-cc}" -O1 -fPIC -c hello.c -o hello.o
sha256sum hello.c hello.o >SHA256SUMS
