#!/bin/sh
# Assembles the relocations of x86-64 again, lets LLVM's linker link them at fixed addresses, and renews the checksums. LLVM_BIN is a
# folder with llvm-mc and llvm-jitlink, under those names or with -20 behind them; what is committed comes from LLVM 20, as
# tests/llvm/install.sh 20 installs it.
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
"$(tool llvm-mc)" -triple=x86_64-apple-macosx13 -filetype=obj relocations.s -o relocations.o
# Only sections with content can be shown.
# shellcheck disable=SC2046
timeout 60 "$(tool llvm-jitlink)" -noexec -entry=_text -slab-allocate=64Kb -slab-address=0x100000000 -slab-page-size=4096 \
    $(sed -n 's/^# define: \(.*\) = \(.*\)/-abs \1=\2/p' relocations.s) -show-relocated-section-contents relocations.o |
    head -n 200 >relocations.jitlink
sha256sum -- *.s *.o *.jitlink >SHA256SUMS
