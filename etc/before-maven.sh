# Makes a call of mvnw work on a fresh clone. mvnw sources it, with its arguments in "$@"; POSIX sh.
#
# It sets JAVA_HOME to a JDK that can build this project, if the caller's cannot. And Maven 3 knows the modules of a project for a goal
# only if a phase before it has compiled them, so javadoc:javadoc gets that phase.
root=$(cd "$(dirname "$0")" && pwd -P)
. "$root/etc/find-jdk.sh"
set +f # the patterns of folders are expanded
if find_jdk; then
    export JAVA_HOME="$jdk"
    case ${MAVEN_OPTS-} in
    *"$maven_options"*) ;;
    *) export MAVEN_OPTS="$maven_options ${MAVEN_OPTS-}" ;;
    esac
fi
set -f
case " $* " in
*" javadoc:javadoc "*) set -- compile "$@" ;;
esac
