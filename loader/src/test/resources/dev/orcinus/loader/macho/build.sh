#!/bin/sh
# Builds the objects and archives again, and renews the checksums. CLANG and LLVM_AR name those of LLVM; what is committed comes from
# LLVM 20, as tests/llvm/install.sh 20 installs it.
set -eu
cd "$(dirname "$0")"
clang=${CLANG:-/opt/llvm-roots/bin/clang-20}
ar=${LLVM_AR:-/opt/llvm-roots/bin/llvm-ar-20}

for source in *.s; do
    case $source in
    *-arm64.s) target=arm64-apple-macosx13 ;;
    *) target=x86_64-apple-macosx13 ;;
    esac
    "$clang" --target="$target" -c "$source" -o "${source%.s}.o"
done
printf odd >odd.txt
rm -f ./*.a
members="odd.txt part.o answer.o"
# shellcheck disable=SC2086
{
    "$ar" --format=darwin rcsD symdef.a $members
    SYM64_THRESHOLD=1 "$ar" --format=darwin rcsD symdef64.a $members
    "$ar" --format=darwin rcSD noindex.a $members
}
# As Apple's ranlib does it: the other name stands in the header, and not before the index.
index=$(($(head -c 68 symdef.a | tail -c 12 | head -c 10)))
{
    head -c 8 symdef.a
    printf '__.SYMDEF SORTED'
    tail -c +25 symdef.a | head -c 44
    tail -c +81 symdef.a | head -c $((index - 12))
    head -c 12 /dev/zero
    tail -c +$((69 + index)) symdef.a
} >sorted.a
sha256sum -- *.s *.o *.a *.txt >SHA256SUMS
