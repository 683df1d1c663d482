#!/bin/sh
# install.sh [19] [20] [21] [22] [23]: installs the LLVM versions that Orcinus is tested against; without arguments all of them.
#
# Version 20 comes from Maven Central, anywhere and for anyone. The others are Debian's packages and need root on Debian 12 or newer:
# 19 goes into the system, 21 and 22 into a Debian 13 tree, 23 into a Debian sid tree. The tools of such a tree run on this system
# through the tree's own dynamic loader, so an executor that they start is an ordinary process of this system.
#
# All of it is below ORCINUS_LLVM_ROOTS (/opt/llvm-roots for root, else ~/.cache/orcinus/llvm-roots), which then holds
#     bin/TOOL-VERSION           clang, llvm-jitlink; clang-repl and llvm-jitlink-executor where that version has them
#     orc-rt/liborc_rt-VERSION.a the ORC runtime (none for 20)
# Prints a line for each version: version, folder of the tools, ORC runtime or "-". Versions that are installed already are not changed.
set -eu

here=$(cd "$(dirname "$0")" && pwd -P)
am_root() { [ "$(id -u)" = 0 ]; }
if am_root; then roots=/opt/llvm-roots; else roots=${HOME:?}/.cache/orcinus/llvm-roots; fi
roots=${ORCINUS_LLVM_ROOTS:-$roots}
cpu=$(uname -m)
case $cpu in arm64) cpu=aarch64 ;; esac
case $cpu in
x86_64) loader=usr/lib64/ld-linux-x86-64.so.2 ;;
*) loader=usr/lib/ld-linux-$cpu.so.1 ;;
esac

output=$(mktemp)
trap 'rm -rf "$output" "${unpacked-}"' EXIT

fail() {
    echo "install.sh: $*" >&2
    exit 1
}

# Runs a command, and shows its output only if it fails.
quietly() {
    "$@" >"$output" 2>&1 && return
    tail -n 20 "$output" >&2
    fail "failed: $*"
}

# link TARGET NAME: below bin/ or orc-rt/, in one step.
link() {
    mkdir -p "${2%/*}"
    ln -sfn "$1" "$2.new.$$"
    mv "$2.new.$$" "$2"
}

report() { # version, home of the installation
    runtime=$2/lib/clang/$1/lib/linux/liborc_rt-$cpu.a
    if [ -r "$runtime" ]; then
        link "$runtime" "$roots/orc-rt/liborc_rt-$1.a"
    else
        runtime=-
    fi
    echo "$1 $roots/bin $runtime"
}

apt() { quietly env DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=300 "$@"; }

need_debian() {
    am_root || fail "LLVM $1 comes from Debian's packages: run this as root"
    command -v apt-get >/dev/null || fail "LLVM $1 comes from Debian's packages, and there is no apt-get here"
}

# Prints the Debian mirror of this machine.
mirror() {
    for attempt in 1 2; do
        url=${DEBIAN_MIRROR:-$(apt-get indextargets --format '$(REPO_URI)' 'Origin: Debian' | grep -v security | head -n 1)}
        if [ -n "$url" ]; then
            echo "$url"
            return
        fi
        [ "$attempt" = 2 ] || apt update
    done
    fail "apt knows no Debian mirror; set DEBIAN_MIRROR to one"
}

install_from_system() { # version
    home=/usr/lib/llvm-$1
    if [ ! -x "$home/bin/llvm-jitlink" ] || [ ! -x "$home/bin/clang" ] || [ ! -x "$home/bin/lld" ] ||
        [ ! -r "$home/lib/clang/$1/lib/linux/liborc_rt-$cpu.a" ]; then
        need_debian "$1"
        apt update
        apt install -y "clang-$1" "llvm-$1" "llvm-$1-tools" "libclang-rt-$1-dev" "lld-$1" "libunwind-$1"
    fi
    for tool in clang lld llvm-ar llvm-jitlink llvm-jitlink-executor llvm-readobj; do
        if [ -x "$home/bin/$tool" ]; then link "$home/bin/$tool" "$roots/bin/$tool-$1"; fi
    done
    report "$1" "$home"
}

# tree SUITE: installs a minimal Debian of that suite.
tree() {
    [ -e "$roots/$1/.ready" ] && return
    if ! command -v debootstrap >/dev/null; then
        apt update
        apt install -y debootstrap
    fi
    mkdir -p "$roots"
    from=$(mirror)
    quietly debootstrap --variant=minbase --include=ca-certificates "$1" "$roots/$1" "$from"
    touch "$roots/$1/.ready"
}

# wrap TREE VERSION TOOL [ARGUMENT...]: writes a bin/TOOL-VERSION that runs the tree's tool. Clang looks for its resources beside the
# program that the kernel started, which is the loader here, so an option names them.
wrap() {
    home=$1/usr/lib/llvm-$2
    name=$roots/bin/$3-$2
    mkdir -p "$roots/bin"
    printf '#!/bin/sh\nexec %s --argv0 %s --library-path %s %s' \
        "$1/$loader" "$home/bin/$3" "$home/lib:$1/usr/lib/$cpu-linux-gnu" "$home/bin/$3" >"$name.new.$$"
    shift 3
    printf ' %s' "$@" '"$@"' >>"$name.new.$$"
    echo >>"$name.new.$$"
    chmod +x "$name.new.$$"
    mv "$name.new.$$" "$name"
}

install_into_tree() { # version, suite, C++ library
    root=$roots/$2
    home=$root/usr/lib/llvm-$1
    if [ ! -x "$home/bin/clang-repl" ] || [ ! -x "$home/bin/llvm-jitlink" ]; then
        need_debian "$1"
        tree "$2"
        if [ "$1" = 21 ]; then
            from=$(mirror)
            echo "deb $from $2-backports main" >"$root/etc/apt/sources.list.d/backports.list"
        fi
        # A mirror of sid may be older than its index's date of expiry.
        quietly chroot "$root" apt-get -o Acquire::Check-Valid-Until=false update
        quietly chroot "$root" env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends \
            "clang-$1" "clang-tools-$1" "llvm-$1" "llvm-$1-tools" "libclang-rt-$1-dev" "lld-$1" libc6-dev "$3"
    fi
    resources=$home/lib/clang/$1
    wrap "$root" "$1" clang -resource-dir "$resources"
    wrap "$root" "$1" clang-repl -Xcc -resource-dir -Xcc "$resources"
    wrap "$root" "$1" llvm-jitlink
    wrap "$root" "$1" llvm-jitlink-executor
    report "$1" "$home"
}

# Unpacks the tools that we use as a bin and a lib folder; the archive holds ten times as much.
install_from_maven() { # version, version of the archive
    home=$roots/llvm-$1
    case $(uname -s)-$cpu in
    Linux-x86_64) platform=linux-x86_64 ;;
    Linux-aarch64) platform=linux-arm64 ;;
    Darwin-x86_64) platform=macosx-x86_64 ;;
    Darwin-aarch64) platform=macosx-arm64 ;;
    *) fail "no LLVM $1 on Maven Central for $(uname -s) on $cpu" ;;
    esac
    if [ ! -x "$home/bin/llvm-jitlink" ]; then
        root=$(cd "$here/../.." && pwd -P)
        . "$root/etc/find-jdk.sh"
        find_jdk && find_maven || exit 1
        mkdir -p "$roots"
        unpacked=$(mktemp -d "$roots/unpack.XXXXXX")
        quietly run_maven -f "$root/pom.xml" -N dependency:copy "-DoutputDirectory=$unpacked" \
            "-Dartifact=org.bytedeco:llvm:$2:jar:$platform"
        (
            cd "$unpacked"
            quietly "$jdk/bin/jar" xf "llvm-$2-$platform.jar" "org/bytedeco/llvm/$platform"
            mkdir -p home/bin home/lib
            cd "org/bytedeco/llvm/$platform"
            mv clang lld llvm-ar llvm-jitlink llvm-mc llvm-nm llvm-objcopy llvm-objdump llvm-readobj ../../../../home/bin
            mv lib/clang libLLVM* libclang-cpp* ../../../../home/lib
            cd ../../../../home
            chmod +x bin/*
            # The programs look for the libraries by their sonames.
            for library in libLLVM libclang-cpp; do
                if [ -e "lib/$library.so" ]; then ln -s "$library.so" "lib/$library.so.$1.1"; fi
            done
        )
        rm -rf "$home"
        mv "$unpacked/home" "$home"
        rm -rf "$unpacked"
        unpacked=
    fi
    for tool in "$home"/bin/*; do link "$tool" "$roots/bin/${tool##*/}-$1"; done
    report "$1" "$home"
}

for version in ${*:-19 20 21 22 23}; do
    case $version in
    19) install_from_system 19 ;;
    20) install_from_maven 20 20.1.7-1.5.12 ;;
    21) install_into_tree 21 trixie libstdc++-14-dev ;;
    22) install_into_tree 22 trixie libstdc++-14-dev ;;
    23) install_into_tree 23 sid libstdc++-15-dev ;;
    *) fail "no recipe for LLVM $version (there are: 19 20 21 22 23)" ;;
    esac
done
