#!/bin/sh
# Compiles the objects of the unwind tests again and renews their checksums. LLVM_BIN is a folder with clang and llvm-mc, under those
# names or with -20 behind them; what is committed comes from LLVM 20, as tests/llvm/install.sh 20 installs it.
set -eu
cd "$(dirname "$0")"
tool() {
    for name in "$1" "$1-20"; do
        if [ -x "${LLVM_BIN:-/opt/llvm-roots/bin}/$name" ]; then
            echo "${LLVM_BIN:-/opt/llvm-roots/bin}/$name"
            return
        fi
    done
    echo "build.sh: no $1; set LLVM_BIN" >&2
    exit 1
}
compiler=$(tool clang)
assembler=$(tool llvm-mc)

for processor in x86_64 arm64; do
    "$compiler" -target "$processor-apple-macos13" -O1 -femit-dwarf-unwind=always -c frames.cpp -o "frames-$processor.o"
done
"$compiler" -target x86_64-apple-macos13 -O1 -fomit-frame-pointer -femit-dwarf-unwind=always -c frames.cpp -o frameless-x86_64.o
"$assembler" -triple=x86_64-apple-macos13 -filetype=obj -emit-dwarf-unwind=always orders.s -o orders-x86_64.o
"$assembler" -triple=arm64-apple-macos13 -filetype=obj -emit-dwarf-unwind=always leaves.s -o leaves-arm64.o
sha256sum -- *.cpp *.s *.o >SHA256SUMS
