#!/bin/sh
# build.sh [NAME...]: fetches C and C++ programs as Debian's source packages, compiles them to objects, and links each natively, for the
# tests of the profile `programs`, which run both and compare. Without names, it builds all that have a folder here. Needs apt-get, cc and
# c++; no root. Everything goes below ORCINUS_PROGRAMS (~/.cache/orcinus/programs); programs that are built already are not changed.
#
# A folder here has
#     build.sh     what to compile: PACKAGE, and a function compile() that calls objects(); run in the unpacked sources
#     arguments    the arguments of the program, one a line
#     input        its standard input, if it reads any
#     varies       regular expressions of text that may differ from run to run, one a line
# and leaves source/, objects/ and native below ORCINUS_PROGRAMS/NAME.
set -eu
here=$(cd "$(dirname "$0")" && pwd -P)
programs=${ORCINUS_PROGRAMS:-${HOME:?}/.cache/orcinus/programs}
mkdir -p "$programs"
programs=$(cd "$programs" && pwd -P)
keyring=/usr/share/keyrings/debian-archive-keyring.gpg
state=$programs/apt.$$
trap 'rm -rf "$state"' EXIT

fail() {
    echo "build.sh: $*" >&2
    exit 1
}

# Makes a private apt state with source packages, of the machine's own mirror and suite.
prepare_apt() {
    [ ! -e "$state" ] || return 0
    command -v apt-get >/dev/null && [ -r "$keyring" ] || fail "the sources come from Debian's packages, so this needs apt-get and $keyring"
    mirror=${DEBIAN_MIRROR:-$(apt-get indextargets --format '$(REPO_URI)' 'Origin: Debian' | grep -v security | head -n 1)}
    [ -n "$mirror" ] || fail "apt knows no Debian mirror; set DEBIAN_MIRROR to one"
    suite=$(. /etc/os-release && echo "$VERSION_CODENAME")
    mkdir -p "$state/lists/partial" "$state/archives/partial" "$state/etc/apt.conf.d" "$state/etc/preferences.d" "$state/log"
    : >"$state/status"
    echo "deb-src [signed-by=$keyring] $mirror $suite main" >"$state/sources.list"
    cat >"$state/apt.conf" <<-END
		APT::Sandbox::User "";
		Acquire::Languages "none";
		Debug::NoLocking "true";
		Dir::State "$state";
		Dir::State::lists "$state/lists";
		Dir::State::status "$state/status";
		Dir::Cache "$state";
		Dir::Cache::archives "$state/archives";
		Dir::Etc "$state/etc";
		Dir::Etc::sourcelist "$state/sources.list";
		Dir::Etc::sourceparts "/dev/null";
		Dir::Log "$state/log";
	END
    APT_CONFIG=$state/apt.conf apt-get -qq update
}

# fetch PACKAGE FOLDER: fetches the upstream sources, without Debian's changes
fetch() {
    prepare_apt
    mkdir -p "$state/download" "$2"
    (cd "$state/download" && APT_CONFIG=$state/apt.conf apt-get -qq source --download-only "$1")
    for archive in "$state/download/$1"_*.orig.tar.?z*; do
        case $archive in *.asc) continue ;; esac
        tar -xf "$archive" -C "$2" --strip-components=1
    done
    rm -rf "$state/download"
}

# objects COMPILER FLAG... -- FILE...: compiles, two at a time
objects() {
    command=
    while [ "$1" != -- ]; do
        command="$command $1"
        shift
    done
    shift
    for file; do
        name=$(printf '%s' "${file%.*}" | tr / _)
        printf '%s -c %s -o %s\n' "$command" "$file" "$folder/objects/$name.o"
    done | xargs -P 2 -I '{}' sh -c '{}'
}

build() {
    folder=$programs/$1
    [ ! -x "$folder/native" ] || return 0
    echo "build.sh: $1" >&2
    rm -rf "$folder"
    mkdir -p "$folder/objects"
    . "$here/$1/build.sh"
    fetch "$PACKAGE" "$folder/source"
    (cd "$folder/source" && compile)
    c++ -o "$folder/native.new" "$folder"/objects/*.o -lm -ldl -lpthread
    mv "$folder/native.new" "$folder/native"
}

if [ $# = 0 ]; then
    for script in "$here"/*/build.sh; do
        name=${script%/build.sh}
        set -- "$@" "${name##*/}"
    done
fi
for name; do
    [ -r "$here/$name/build.sh" ] || fail "there is no program $name here"
    build "$name"
    echo "$programs/$name"
done
