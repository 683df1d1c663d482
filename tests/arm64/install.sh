#!/bin/sh
# install.sh [DIR]: puts a JDK 25 for Linux on AArch64, and qemu to run it with, into DIR (ORCINUS_ARM64_JDK, or
# ~/.cache/orcinus/arm64-jdk). DIR/bin/java then runs AArch64 Java on this x86-64 machine: needs no root, no chroot and no binfmt_misc.
# Debian's packages are downloaded through a private apt state and only unpacked, so nothing outside of DIR changes.
# Prints the path of the java command. Does nothing else if the JDK is installed already.
set -eu

here=$(cd "$(dirname "$0")" && pwd -P)
dir=${1:-${ORCINUS_ARM64_JDK:-${HOME:?}/.cache/orcinus/arm64-jdk}}
mkdir -p "$dir"
dir=$(cd "$dir" && pwd -P)
root=$dir/root
java=usr/lib/jvm/java-25-openjdk-arm64/bin/java

if [ -x "$dir/bin/java" ]; then
    echo "$dir/bin/java"
    exit
fi
. "$here/../debian/unpack.sh"
need_packages arm64/install.sh
trap 'rm -rf "$dir/apt"' EXIT

use_suite trixie amd64 "$dir/apt"
unpack "$dir/qemu" qemu-user
find "$dir/qemu/usr/bin" -type f ! -name qemu-aarch64 -exec rm -f {} +
use_suite trixie arm64 "$dir/apt"
unpack "$root" openjdk-25-jre-headless libc6 libgcc-s1 libstdc++6 zlib1g

# The package that merges /usr is not unpacked, and the ELF interpreter is /lib/ld-linux-aarch64.so.1.
for folder in lib bin; do
    [ -e "$root/$folder" ] || ln -s "usr/$folder" "$root/$folder"
done
keep_links_inside "$root" "$root/usr/lib/jvm"

mkdir -p "$dir/bin"
cp "$root/${java%/bin/java}/release" "$dir/release"
cat >"$dir/bin/java.new" <<END
#!/bin/sh
QEMU_CPU=\${QEMU_CPU:-neoverse-n1} exec "$dir/qemu/usr/bin/qemu-aarch64" -L "$root" "$root/$java" "\$@"
END
chmod +x "$dir/bin/java.new"
mv "$dir/bin/java.new" "$dir/bin/java"
echo "$dir/bin/java"
