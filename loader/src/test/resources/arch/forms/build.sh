#!/bin/sh
# Assembles the tables of forms, and links them with lld as shared libraries. PROCESSOR.bytes then has, for each form, the bytes of what it becomes
# here, as the assembler writes its instructions, and the bytes that lld makes of it. BIN is a folder with clang-20, lld-20 and
# llvm-objcopy-20 (or their names without the number), as tests/llvm/install.sh 20 installs them.
set -eu
cd "$(dirname "$0")"
bin=${BIN:-/opt/llvm-roots/bin}
tool() { if [ -x "$bin/$1-20" ]; then echo "$bin/$1-20"; else echo "$bin/$1"; fi; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
ln -s "$(tool lld)" "$work/ld.lld"

# source TABLE COLUMN: each form in a section of its own
source() {
    awk -F ' *[|] *' -v column="$2" '
        BEGIN { print "    .hidden near, close" }
        /^#/ { next }
        {
            text = $column == "=" ? $1 : $column
            printf "    .section .text.form%d,\"ax\",@progbits\n    .balign 64\n", ++forms
            count = split(text, parts, /; */)
            for (i = 1; i <= count; i++) print "    " parts[i]
        }' "$1"
}

# linked OBJECT OPTION...: the bytes of each form, a line for each, up to its size
linked() {
    "$work/ld.lld" -shared -T "$work/layout" "$@" "$work/places.o" -o "$work/linked"
    "$(tool llvm-objcopy)" -O binary --only-section=.text "$work/linked" "$work/text"
    od -An -v -t x1 -w64 "$work/text" | tr -d ' '
}

for table in *.forms; do
    processor=${table%.forms}
    options=
    [ "$processor" = aarch64 ] || options=-mapxf
    assemble() { "$(tool clang)" --target="$processor-linux-gnu" $options -c "$1" -o "$2"; }
    # Between the forms lie bytes that begin no instruction.
    fill=0xcccccccc
    cat >"$work/layout" <<LAYOUT
SECTIONS
{
    .text 0x100000000 : { *(SORT_NONE(.text.form*)) . = ALIGN(64); } = $fill
    .close 0x100008000 : { *(.close) }
    .dynamic : { *(.dynamic) }
    .got : { *(.got .got.plt) }
    .near 0x130000000 : { *(.near) }
}
LAYOUT
    cat >"$work/places.s" <<PLACES
    .globl near, close
    .hidden near, close
    .section .close,"aw",@progbits
close:
    .quad 0
    .section .near,"aw",@progbits
near:
    .quad 0
PLACES
    assemble "$work/places.s" "$work/places.o"
    source "$table" 1 >"$work/before.s"
    source "$table" 2 >"$work/after.s"
    assemble "$work/before.s" "$processor.o"
    assemble "$work/after.s" "$work/after.o"
    linked "$work/after.o" --no-relax >"$work/ours"
    linked "$processor.o" >"$work/lld"
    paste -d ' ' "$work/ours" "$work/lld" >"$processor.bytes"
done
sha256sum -- *.forms *.o *.bytes >SHA256SUMS
