#!/bin/sh
# Compiles the objects of the tests of DWARF again, has LLVM's tools say what is in them, and renews the checksums. It needs gcc, and
# LLVM 19 in LLVM_BIN.
set -eu
cd "$(dirname "$0")"
bin=${LLVM_BIN:-/usr/lib/llvm-19/bin}
map="-fdebug-prefix-map=$PWD=."

lines() {
    object=$1
    shift
    "$@" "$map" -O1 -fno-ident -c lines.c -o "$object.o"
    end=$("$bin/llvm-readobj" -S "$object.o" | awk '/Name: .text / { found = 1 } found && /Size:/ { print $2; exit }')
    at=0
    while [ "$at" -lt "$end" ]; do
        echo "$at $("$bin/llvm-symbolizer" --obj="$object.o" --no-inlines --functions=none --basenames "$at" | cut -d: -f1,2)"
        at=$((at + 1))
    done | sed '/?/d' >"$object.lines"
}
frames() {
    object=$1
    shift
    "$@" -fno-ident -fno-stack-protector -c frames.c -o "$object.o"
    "$bin/ld.lld" -shared --eh-frame-hdr -z noseparate-code "$object.o" -o "$object.so"
    rm "$object.o"
    "$bin/llvm-dwarfdump" --eh-frame "$object.so" | awk '/ FDE cie=/ || / CFA=/' | sed 's/.*pc=/pc=/' >"$object.frames"
}

lines gcc-4 gcc -gdwarf-4
lines gcc-5 gcc -gdwarf-5
lines gcc-5-compressed gcc -gdwarf-5 -gz=zlib
lines gcc-3 gcc -gdwarf-3
for version in 2 4 5; do lines "clang-$version" "$bin/clang" --target=x86_64-linux-gnu "-gdwarf-$version"; done
for version in 4 5; do lines "clang-$version-aarch64" "$bin/clang" --target=aarch64-linux-gnu "-gdwarf-$version"; done
for level in 0 2; do
    frames "frames-gcc-O$level" gcc "-O$level" -fPIC
    frames "frames-clang-O$level" "$bin/clang" --target=x86_64-linux-gnu "-O$level" -fPIC
    frames "frames-aarch64-O$level" "$bin/clang" --target=aarch64-linux-gnu "-O$level" -fPIC -funwind-tables
done
sha256sum -- *.c *.h *.o *.so *.lines *.frames >SHA256SUMS
