#!/bin/sh
# Builds the objects again, puts what LLD makes of each line behind //= in the sources that have such marks, and renews the checksums.
# BIN is a folder with clang-20, lld-20 and llvm-objcopy-20 (or their names without the number).
set -eu
cd "$(dirname "$0")"
bin=${BIN:-/usr/bin}
tool() { if [ -x "$bin/$1-20" ]; then echo "$bin/$1-20"; else echo "$bin/$1"; fi; }
clang=$(tool clang)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
ln -s "$(tool lld)" "$work/ld.lld"

for source in *.s; do
    object=${source%.s}.o
    "$clang" --target=aarch64-linux-gnu -c "$source" -o "$object"
    grep -q '//=' "$source" || continue
    address() { awk -v name="@$1" '$2 == name { print $3 }' "$source"; }
    # shellcheck disable=SC2046
    "$work/ld.lld" -e 0 --no-relax --section-start=.text="$(address text)" --section-start=.data="$(address data)" \
        $(awk '$2 == "@define" { print "--defsym=" $3 "=" $4 }' "$source") "$object" -o "$work/linked"
    for section in .text .data; do
        "$(tool llvm-objcopy)" -O binary --only-section=$section "$work/linked" "$work/bytes"
        od -An -v -t x1 -w1 "$work/bytes"
    done | tr -d ' ' >"$work/words"
    awk -v words="$work/words" '
        /\/\/=/ {
            count = 4
            if ($1 == ".quad") count = 8
            if ($1 == ".hword") count = 2
            hex = ""
            for (i = 0; i < count; i++) { getline byte <words; hex = byte hex }
            sub(/\/\/=.*/, "//= " hex)
        }
        { print }' "$source" >"$work/source"
    cp "$work/source" "$source"
done
sha256sum -- *.s *.o >SHA256SUMS
