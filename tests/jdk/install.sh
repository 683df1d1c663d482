#!/bin/sh
# install.sh [VERSION [DIR]]: puts a JDK of Debian sid, the newest that there is or the given one, into DIR (ORCINUS_NEW_JDK, or
# ~/.cache/orcinus/jdk-VERSION). Prints its home. Does nothing else if it is installed already.
#
# Debian's packages are downloaded through a private apt state and only unpacked, so nothing outside of DIR changes. The JDK needs a newer
# glibc than this system may have. So DIR/with.sh COMMAND runs a command, and what it starts, in a mount namespace of its own, in which
# sid's libraries lie over the system's; glibc is compatible with programs that were made for an older one. It needs root, or a kernel
# that lets users have namespaces.
set -eu

here=$(cd "$(dirname "$0")" && pwd -P)
version=${1:-}
cache=${HOME:?}/.cache/orcinus
[ "$(uname -m)" = x86_64 ] || { echo "jdk/install.sh: there is a recipe for x86-64 only" >&2; exit 1; }

finish() {
    echo "$dir/root/usr/lib/jvm/java-$version-openjdk-amd64"
    exit
}

choose_dir() {
    dir=${given:-${ORCINUS_NEW_JDK:-$cache/jdk-$version}}
    mkdir -p "$dir"
    dir=$(cd "$dir" && pwd -P)
    if [ -x "$dir/with.sh" ]; then finish; fi
}

given=${2:-}
[ -z "$version" ] || choose_dir
. "$here/../debian/unpack.sh"
need_packages jdk/install.sh
mkdir -p "$cache"
state=$(mktemp -d "$cache/apt.XXXXXX")
trap 'rm -rf "$state"' EXIT

use_suite sid amd64 "$state/state"
if [ -z "$version" ]; then
    version=$(APT_CONFIG="$state/state/apt.conf" apt-cache pkgnames openjdk- | sed -n 's/^openjdk-\([0-9]*\)-jdk-headless$/\1/p' |
        sort -n | tail -n 1)
    choose_dir
fi
root=$dir/root
rm -rf "$root"
unpack "$root" "openjdk-$version-jre-headless" "openjdk-$version-jdk-headless" libc6 libgcc-s1 libstdc++6 zlib1g
keep_links_inside "$root" "$root/usr/lib/jvm"

libraries=usr/lib/x86_64-linux-gnu
cat >"$dir/with.sh.new" <<END
#!/bin/sh
unshare=unshare
[ "\$(id -u)" = 0 ] || unshare='unshare --map-root-user'
exec \$unshare --mount sh -c 'mount -t overlay overlay -o "lowerdir=$root/$libraries:/$libraries" "/$libraries" && exec "\$@"' sh "\$@"
END
chmod +x "$dir/with.sh.new"
mv "$dir/with.sh.new" "$dir/with.sh"
finish
