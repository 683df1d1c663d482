#!/bin/sh
# Builds the objects again, and renews the checksums. CLANG names a clang; what is committed comes from Debian's clang 19.1.7.
set -eu
cd "$(dirname "$0")"
"${CLANG:-clang-19}" --target=x86_64-linux-gnu -c rich.s -o rich.o
"${CLANG:-clang-19}" --target=x86_64-apple-macosx13 -c rich-macho.s -o rich-macho.o
sha256sum -- *.s *.o >SHA256SUMS
