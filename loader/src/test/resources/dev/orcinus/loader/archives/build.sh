#!/bin/sh
# Builds the objects and archives again, and renews the checksums. CLANG and LLVM_AR name those of LLVM; what is committed comes from
# LLVM 19.1.7 and from GNU ar 2.40.
set -eu
cd "$(dirname "$0")"
clang=${CLANG:-clang-19}
llvm_ar=${LLVM_AR:-llvm-ar-19}

for source in *.s; do
    "$clang" --target=x86_64-linux-gnu -c "$source" -o "${source%.s}.o"
done
"$clang" --target=x86_64-linux-gnu -O1 -flto -c bitcode.c -o bitcode.o
members="text.txt unused.o optional.o answer.o a_member_with_a_long_name.o bitcode.o"
rm -f ./*.a
# shellcheck disable=SC2086
{
    ar rcsD gnu.a $members
    ar rcSD noindex.a $members
    ar rcsDT thin.a $members
    "$llvm_ar" --format=gnu rcsD llvm.a $members
    "$llvm_ar" --format=bsd rcsD bsd.a $members
    "$llvm_ar" --format=darwin rcsD darwin.a $members
    SYM64_THRESHOLD=1 "$llvm_ar" --format=gnu rcsD sym64.a $members
}
sha256sum -- *.s *.c *.txt *.o *.a >SHA256SUMS
