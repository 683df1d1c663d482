#!/bin/sh
# Assembles the link tests again and renews their checksums. LLVM_BIN is a folder with llvm-mc, lld and llvm-objcopy, under those
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
assembler=$(tool llvm-mc)
linker=$(tool lld)
copy=$(tool llvm-objcopy)

for source in */*.s; do
    features=-mattr=+egpr
    case $source in
    macho-arm64-*) triple=arm64-apple-macosx13 features= ;;
    macho-*) triple=x86_64-apple-macosx13 ;;
    *) triple=x86_64-linux-gnu ;;
    esac
    # shellcheck disable=SC2046,SC2086
    "$assembler" $(sed -n 's/^# flags: //p' "$source") -filetype=obj -triple="$triple" $features --fdebug-prefix-map="$PWD"=link "$source" -o "${source%.s}.o"
    sed -n 's/^# copy: //p' "$source" | while read -r options; do
        # shellcheck disable=SC2086
        "$copy" $options "${source%.s}.o"
    done
done
# What another linker makes of the same object at the same place: the oracle of "# same-as:".
for script in */layout.ld; do
    folder=$(dirname "$script")
    "$linker" -flavor gnu -m elf_x86_64 --no-apply-dynamic-relocs -T "$script" "$folder"/*.o -e 0 -o linked.tmp
    sed -n 's/.*oracle: //p' "$script" | tr ' ' '\n' | while read -r section; do
        "$copy" -O binary -j "$section" linked.tmp "$folder/${section#.}.lld"
    done
    rm linked.tmp
done
sha256sum -- */* >SHA256SUMS
