# Finds a JDK 25 or newer, and a Maven to go with it. Sourced by orcinus, test and .ci/run; POSIX sh, no output on success.
#
#   find_jdk       sets jdk to its home; without one, says so on stderr and returns 1
#   find_maven     sets maven to a command that runs Maven 3.8 or newer ($root must be set)
#   run_maven      runs it with the JDK that was found, on the arguments

# True if $1 is the home of a JDK (not a JRE) of version 25 or newer, by its "release" file: no process is started.
is_jdk() {
    [ -x "$1/bin/java" ] && [ -x "$1/bin/javac" ] && [ -r "$1/release" ] || return 1
    while IFS='=' read -r key value; do
        [ "$key" = JAVA_VERSION ] || continue
        value=${value#\"}
        value=${value%%[!0-9]*}
        [ "${value:-0}" -ge 25 ]
        return
    done <"$1/release"
    return 1
}

# Sets jdk to the home that a java command belongs to, through symbolic links.
home_of() {
    jdk=$1
    while [ -h "$jdk" ]; do
        link=$(readlink "$jdk")
        case $link in
        /*) jdk=$link ;;
        *) jdk=${jdk%/*}/$link ;;
        esac
    done
    jdk=${jdk%/bin/java}
}

find_jdk() {
    jdk=${JAVA_HOME-}
    [ -n "$jdk" ] && is_jdk "$jdk" && return
    java=$(command -v java) && home_of "$java" && is_jdk "$jdk" && return
    for jdk in \
        /usr/lib/jvm/* /usr/java/* \
        /Library/Java/JavaVirtualMachines/*/Contents/Home "${HOME-}"/Library/Java/JavaVirtualMachines/*/Contents/Home \
        "${HOME-}"/.sdkman/candidates/java/* "${HOME-}"/.jdks/* \
        /opt/*jdk* /opt/homebrew/opt/openjdk*/libexec/openjdk.jdk/Contents/Home /usr/local/opt/openjdk*/libexec/openjdk.jdk/Contents/Home; do
        is_jdk "$jdk" && return
    done
    jdk=
    echo "Orcinus needs a JDK 25 or newer and found none: install one, or set JAVA_HOME to its folder." >&2
    return 1
}

find_maven() {
    maven=$(command -v mvn) && {
        version=$(JAVA_HOME=$jdk mvn -q --version 2>/dev/null)
        case $version in
        3.[89].* | [4-9].*) return ;;
        esac
    }
    maven=$root/mvnw
}

# These options turn off the JDK's warnings about Maven's own libraries.
maven_options="--enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow"

run_maven() {
    JAVA_HOME=$jdk MAVEN_OPTS="$maven_options ${MAVEN_OPTS-}" "$maven" -B "$@"
}
