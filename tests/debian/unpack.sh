# Downloads Debian's packages and unpacks them into a folder, without installing them: sourced by POSIX sh scripts. It needs no root.
#
#   need_packages NAME     ends the script if this machine has no apt-get and no keys of Debian's; NAME is for the message
#   use_suite SUITE ARCHITECTURE STATE   makes a private state of apt in the folder STATE
#   unpack FOLDER PACKAGE...             unpacks these packages, without what they depend on
keyring=/usr/share/keyrings/debian-archive-keyring.gpg

need_packages() {
    if ! command -v apt-get >/dev/null || ! command -v dpkg-deb >/dev/null || [ ! -r "$keyring" ]; then
        echo "$1: the JDK comes from Debian's packages, so this needs apt-get, dpkg-deb and $keyring" >&2
        exit 1
    fi
    mirror=${DEBIAN_MIRROR:-$(apt-get indextargets --format '$(REPO_URI)' 'Origin: Debian' | grep -v security | head -n 1)}
    if [ -z "$mirror" ]; then
        echo "$1: apt knows no Debian mirror; set DEBIAN_MIRROR to one" >&2
        exit 1
    fi
}

use_suite() {
    apt_state=$3
    case $apt_state in
    *[[:space:]]*)
        echo "apt cannot work in a folder with a space in its name: $apt_state" >&2
        exit 1
        ;;
    esac
    rm -rf "$apt_state"
    mkdir -p "$apt_state/lists/partial" "$apt_state/archives/partial" "$apt_state/etc/apt.conf.d" "$apt_state/etc/preferences.d" \
        "$apt_state/log"
    : >"$apt_state/status"
    echo "deb [signed-by=$keyring] $mirror $1 main" >"$apt_state/sources.list"
    # A mirror of sid may be older than its index's date of expiry.
    cat >"$apt_state/apt.conf" <<-END
		APT::Architecture "$2";
		APT::Architectures { "$2"; };
		APT::Sandbox::User "";
		Acquire::Check-Valid-Until "false";
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
    APT_CONFIG="$apt_state/apt.conf" apt-get -qq update >&2
}

unpack() {
    into=$1
    shift
    mkdir -p "$into"
    rm -f "$apt_state"/archives/*.deb
    (cd "$apt_state/archives" && APT_CONFIG="$apt_state/apt.conf" apt-get -qq download "$@") >&2
    for package in "$apt_state"/archives/*.deb; do dpkg-deb -x "$package" "$into"; done
}

# The configuration of a JDK is reached through absolute links, which would lead into this machine's own /etc.
keep_links_inside() { # root, folder of JDKs
    find "$2" -type l | while read -r link; do
        target=$(readlink "$link")
        case $target in
        /*) if [ -e "$1$target" ]; then ln -sfn "$1$target" "$link"; fi ;;
        esac
    done
}
