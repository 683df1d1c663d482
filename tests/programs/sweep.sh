#!/bin/sh
# sweep.sh FILE: builds a program of languages/ or libraries/ natively, as its first lines say, writes down what its compiler's driver gave to the
# linker, and prints the folder: native is the program, link the arguments for orcinus run @link. Where something is missing, it
# says what, and how to get it, and its status is 77.
#
# The first lines of a program, in comments:
#     packages: the Debian packages that it needs, besides gcc and g++
#     needs:    commands and files, or libraries in a compiler's folders (libz.a; libc++.a@clang++-19); a|b is one of them
#     build:    shell commands that make ./native of $source
#     varies:   a regular expression of output that may differ from run to run
#     refused:  a regular expression of the message with which orcinus run refuses it
set -u
here=$(cd "$(dirname "$0")" && pwd -P)
source=$(cd "$(dirname "${1:?usage: sweep.sh FILE}")" && pwd -P)/${1##*/}
programs=${ORCINUS_PROGRAMS:-${HOME:?}/.cache/orcinus/programs}
name=${source##*/}
RECORD=$programs/sweep/$(basename "$(dirname "$source")")/${name%.*}
RECORDER=$programs/sweep/recorder
RECORDED_PATH=$PATH

# said KEY: what the first lines of the program say, a line for each
said() {
    sed -n "1,8s/^.*[^a-z]$1: //p" "$source" | sed 's/ *\(\*)\|}\)$//'
}

# has NEED: whether a command or file is there
has() {
    case $1 in
    *'|'*) has "${1%%|*}" || has "${1#*|}" ;;
    /*) [ -r "$1" ] ;;
    *@*) compiler=${1#*@} && command -v "$compiler" >/dev/null && [ -r "$("$compiler" -print-file-name="${1%@*}")" ] ;;
    lib*.a | lib*.so) [ -r "$(cc -print-file-name="$1")" ] ;;
    *) command -v "$1" >/dev/null ;;
    esac
}

for need in cc c++ $(said needs); do
    has "$need" || {
        echo "${name%.*} needs $need, which is not installed: apt-get install $(said packages)" >&2
        exit 77
    }
done
if [ ! -x "$RECORD/native" ] || [ "$source" -nt "$RECORD/native" ]; then
    rm -rf "$RECORD"
    mkdir -p "$RECORD" "$RECORDER"
    for linker in ld ld.bfd ld.gold ld.lld; do
        ln -sf "$here/recorder/ld" "$RECORDER/$linker"
    done
    commands=$(said build)
    cd "$RECORD" || exit 1
    export RECORD RECORDER RECORDED_PATH
    PATH=$RECORDER:$PATH COMPILER_PATH=$RECORDER
    export PATH COMPILER_PATH
    eval "set -e
$commands" >&2 || exit 1
    [ -x native ] && [ -r link ] || {
        echo "${name%.*}: its build made no program, or called no linker" >&2
        exit 1
    }
fi
echo "$RECORD"
