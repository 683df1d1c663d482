#!/bin/sh
# install.sh [DIR]: puts a JDK 25 for Linux on AArch64, and qemu to run it with, into DIR (ORCINUS_ARM64_JDK, or
# ~/.cache/orcinus/arm64-jdk). DIR/bin/java then runs AArch64 Java on this x86-64 machine: needs no root, no chroot and no binfmt_misc.
# Debian's packages are downloaded through a private apt state and only unpacked, so nothing outside of DIR changes.
# Prints the path of the java command. Does nothing else if the JDK is installed already.
set -eu

dir=${1:-${ORCINUS_ARM64_JDK:-${HOME:?}/.cache/orcinus/arm64-jdk}}
mkdir -p "$dir"
dir=$(cd "$dir" && pwd -P)
suite=trixie
root=$dir/root
java=usr/lib/jvm/java-25-openjdk-arm64/bin/java

if [ -x "$dir/bin/java" ]; then
    echo "$dir/bin/java"
    exit
fi
keyring=/usr/share/keyrings/debian-archive-keyring.gpg
if ! command -v apt-get >/dev/null || ! command -v dpkg-deb >/dev/null || [ ! -r "$keyring" ]; then
    echo "arm64/install.sh: the JDK comes from Debian's packages, so this needs apt-get, dpkg-deb and $keyring" >&2
    exit 1
fi
case $dir in
*[[:space:]]*)
    echo "arm64/install.sh: apt cannot work in a folder with a space in its name: $dir" >&2
    exit 1
    ;;
esac

apt_state=$dir/apt
trap 'rm -rf "$apt_state"' EXIT

mirror=${DEBIAN_MIRROR:-$(apt-get indextargets --format '$(REPO_URI)' 'Origin: Debian' | grep -v security | head -n 1)}
if [ -z "$mirror" ]; then
    echo "arm64/install.sh: apt knows no Debian mirror; set DEBIAN_MIRROR to one" >&2
    exit 1
fi

# unpack ARCHITECTURE FOLDER PACKAGE...: these packages, without what they depend on
unpack() {
    architecture=$1
    into=$2
    shift 2
    rm -rf "$apt_state"
    mkdir -p "$into" "$apt_state/lists/partial" "$apt_state/archives/partial" "$apt_state/etc/apt.conf.d" \
        "$apt_state/etc/preferences.d" "$apt_state/log"
    : >"$apt_state/status"
    echo "deb [signed-by=$keyring] $mirror $suite main" >"$apt_state/sources.list"
    cat >"$apt_state/apt.conf" <<-END
		APT::Architecture "$architecture";
		APT::Architectures { "$architecture"; };
		APT::Sandbox::User "";
		Acquire::Languages "none";
		Debug::NoLocking "true";
		Dir::State "$apt_state";
		Dir::State::lists "$apt_state/lists";
		Dir::State::status "$apt_state/status";
		Dir::Cache "$apt_state";
		Dir::Cache::archives "$apt_state/archives";
		Dir::Etc "$apt_state/etc";
		Dir::Etc::sourcelist "$apt_state/sources.list";
		Dir::Etc::sourceparts "/dev/null";
		Dir::Log "$apt_state/log";
	END
    (
        export APT_CONFIG="$apt_state/apt.conf"
        apt-get -qq update
        cd "$apt_state/archives"
        apt-get -qq download "$@"
    ) >&2
    for package in "$apt_state"/archives/*.deb; do dpkg-deb -x "$package" "$into"; done
}

unpack amd64 "$dir/qemu" qemu-user
find "$dir/qemu/usr/bin" -type f ! -name qemu-aarch64 -exec rm -f {} +
unpack arm64 "$root" openjdk-25-jre-headless libc6 libgcc-s1 libstdc++6 zlib1g

# The package that merges /usr is not unpacked, and the ELF interpreter is /lib/ld-linux-aarch64.so.1.
for folder in lib bin; do
    [ -e "$root/$folder" ] || ln -s "usr/$folder" "$root/$folder"
done
# The JDK's configuration is reached through absolute links, which would lead into this machine's own /etc.
find "$root/usr/lib/jvm" -type l | while read -r link; do
    target=$(readlink "$link")
    case $target in
    /*) if [ -e "$root$target" ]; then ln -sfn "$root$target" "$link"; fi ;;
    esac
done

mkdir -p "$dir/bin"
cp "$root/${java%/bin/java}/release" "$dir/release"
cat >"$dir/bin/java.new" <<END
#!/bin/sh
QEMU_CPU=\${QEMU_CPU:-neoverse-n1} exec "$dir/qemu/usr/bin/qemu-aarch64" -L "$root" "$root/$java" "\$@"
END
chmod +x "$dir/bin/java.new"
mv "$dir/bin/java.new" "$dir/bin/java"
echo "$dir/bin/java"
