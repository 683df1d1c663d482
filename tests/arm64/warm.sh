#!/bin/sh
# warm.sh: on x86-64, runs programs and a session on AArch64 by the launcher without a JVM and a daemon in the background, all of it under
# qemu. Needs root, because it asks the kernel (binfmt_misc) to start AArch64 files by qemu until it ends, and cc. install.sh has brought
# JDK and qemu, and the modules are built (./test -Dfast -DskipTests). Takes some minutes. The launcher waits a quarter of a second for the
# daemon and then starts a JVM, so nothing else should be running: of ten starts, the daemon has to serve five.
set -eu

here=$(cd "$(dirname "$0")" && pwd -P)
root=$(cd "$here/../.." && pwd -P)
jdk=$(dirname "$(dirname "$("$here/install.sh")")")
say() { echo "arm64/warm.sh: $*"; }
fail() {
    say "$*" >&2
    exit 1
}

[ "$(id -u)" = 0 ] || fail "only root can tell the kernel to start AArch64 files by qemu"
formats=/proc/sys/fs/binfmt_misc
[ -e $formats/register ] || mount -t binfmt_misc none $formats
work=$(mktemp -d)
format=orcinus-$$
orcinus=$work/orcinus
export XDG_RUNTIME_DIR="$work/run" JAVA_HOME="$work/jdk"
mkdir -m 700 "$XDG_RUNTIME_DIR"
finish() {
    ORCINUS_DAEMON=on "$orcinus" stop --now >/dev/null 2>&1 || :
    [ ! -e $formats/$format ] || echo -1 >$formats/$format
    rm -rf "$work"
}
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

cc -static -O1 "-DEMULATOR=\"$jdk/qemu/usr/bin/qemu-aarch64\"" "-DROOT=\"$jdk/root\"" -o "$work/emulator" "$here/emulator.c"
# An ELF file (for Linux or any system, an executable or a shared object) of machine 183.
magic='\x7fELF\x02\x01\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00\x02\x00\xb7\x00'
mask='\xff\xff\xff\xff\xff\xff\xff\x00\xff\xff\xff\xff\xff\xff\xff\xff\xfe\xff\xff\xff'
printf '%s' ":$format:M::$magic:$mask:$work/emulator:PO" >$formats/register

# What install.sh brings has no compiler, and the launcher takes no such JDK; but it compiles nothing.
mkdir -p "$JAVA_HOME/bin"
cp "$jdk/release" "$JAVA_HOME"
ln -s "$jdk/root/usr/lib/jvm/java-25-openjdk-arm64/bin/java" "$JAVA_HOME/bin/java"
ln -s java "$JAVA_HOME/bin/javac"

# The application, with an object of that processor for its training and its rehearsal.
app=$work/cli/target/app
mkdir -p "$app" "$work/examples/hello" "$work/.git/logs"
cp "$root/examples/hello/hello-aarch64.o" "$work/examples/hello/hello.o"
cp -R "$root/orcinus" "$root/etc" "$work"
cp -R "$root"/cli/target/app/*.jar "$root/cli/target/app/libs" "$app"
sh "$work/etc/make-app.sh" "$work" "$JAVA_HOME"
[ ! -e "$app/training.tries" ] || echo 4 >"$app/training.tries" # each start would try again to make a cache, for minutes
export ORCINUS_DAEMON=on
"$orcinus" background
say "the daemon serves"

# hello COMMAND...: runs a command that has to say hello, and to end with 42
hello() {
    status=0
    timeout 120 "$@" >"$work/out" 2>"$work/err" || status=$?
    if [ "$status" != 42 ] || ! grep -q 'fibonacci(20) = 6765' "$work/out"; then
        cat "$work/out" "$work/err" >&2
        fail "$* has ended with $status"
    fi
}

served() { "$orcinus" status | sed -n 's/.*, \([0-9]*\) served.*/\1/p'; }

# at_least_half WHAT COMMAND...: the command ten times, of which the daemon serves at least five
at_least_half() {
    what=$1
    shift
    before=$(served)
    for _ in 1 2 3 4 5 6 7 8 9 10; do hello "$@"; done
    count=$(($(served) - before))
    [ "$count" -ge 5 ] || fail "$what: the daemon has served $count of 10"
    say "$what: ok, and the daemon has served $count of 10"
}

at_least_half run "$app/orcinus" run "$work/examples/hello/hello.o"
libraries=$jdk/root/usr/lib/aarch64-linux-gnu # not where libraries are looked for, as this machine's root is not that one
hello "$app/orcinus" run "$work/examples/hello/hello.o" "-L$libraries" -l:libm.so.6 -l:libresolv.so.2
say "a program with libraries: ok"

roots=${ORCINUS_LLVM_ROOTS:-/opt/llvm-roots}
for jitlink in "$roots/bin/llvm-jitlink-23" "$roots/bin/llvm-jitlink-20" llvm-jitlink-19; do
    if command -v "$jitlink" >/dev/null; then
        at_least_half "sessions of $(basename "$jitlink")" "$jitlink" "-oop-executor=$app/orcinus" "$work/examples/hello/hello.o"
        exit
    fi
done
say "no llvm-jitlink is here, so there were no sessions; tests/llvm/install.sh installs one"
