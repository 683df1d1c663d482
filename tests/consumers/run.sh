#!/bin/bash
# run.sh [NAME...]: builds and runs programs that use Orcinus as its users do: from a Maven repository of this test, into which mvnw install
# has put what a copy of this project builds. Names are:
#   install    builds the copy and installs it; without it, the others use what the last run has installed
#   same       compares the artifacts of the copy with those of this project's own last build: they must be the same bytes
#   java       a Java program on the class path, on the module path, with java -jar, as a fat jar and in an image of jlink, built by Maven
#   jshell     the same in JShell
#   kotlin     a Kotlin program, built by Maven
#   scala      a Scala program, built by Maven
#   gradle     the Java program, built by Gradle; skipped if there is none
# Without names all of them run. ORCINUS_TEST_JDK names the JDK that the programs run on; else it is the one that builds.
# Everything is in target/consumers; nothing is installed for the user.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd -P)
root=$(cd "$here/../.." && pwd -P)
. "$root/etc/find-jdk.sh"
find_jdk
run_jdk=${ORCINUS_TEST_JDK:-$jdk}
work=$root/target/consumers
repository=$work/repository
version=$(sed -n 's:^    <version>\(.*\)</version>:\1:p' "$root/bom/pom.xml")
expected=$'in process: 1.772453851\nisolated: 1.772453851'
object=$root/examples/integrate/integrate.o
users=${MAVEN_REPOSITORY:-$HOME/.m2/repository}
mkdir -p "$work"

# Maven with the repository of this test. What Maven itself needs is read from the user's.
maven() {
    (cd "$1" && shift && JAVA_HOME=$jdk "$root/mvnw" -B -ntp -q \
        -Dmaven.repo.local="$repository" -Dmaven.repo.local.tail="$users" "-Dorcinus.version=$version" "$@")
}

check() { # name, command...
    local name=$1 output
    shift
    output=$("$@" 2>"$work/errors") || { cat "$work/errors" >&2; echo "consumers: $name failed" >&2; exit 1; }
    if [ "$output" != "$expected" ] || [ -s "$work/errors" ]; then
        printf 'consumers: %s: expected\n%s\nand no error, but got\n%s\n%s\n' "$name" "$expected" "$output" "$(cat "$work/errors")" >&2
        exit 1
    fi
    echo "consumers: $name: ok"
}

quiet() { "$@" 2>/dev/null || "$@"; }

java() { "$run_jdk/bin/java" --illegal-native-access=deny "$@"; }

copy_sources() {
    rm -rf "$work/source"
    mkdir -p "$work/source"
    (cd "$root" && tar -c --exclude=target --exclude=.git .) | tar -x -C "$work/source"
}

do_install() {
    rm -rf "$repository/dev/orcinus"
    copy_sources
    (cd "$work/source" && JAVA_HOME=$jdk ./mvnw -B -ntp -q -Dfast -Dmaven.test.skip -pl "${ORCINUS_INSTALL:-library,bom}" -am \
        -Dmaven.repo.local="$repository" -Dmaven.repo.local.tail="$users" install)
    if grep -q '<dependency>' "$repository/dev/orcinus/orcinus/$version/orcinus-$version.pom"; then
        echo "consumers: the published POM of orcinus names dependencies" >&2
        exit 1
    fi
    echo "consumers: install: ok"
}

do_same() {
    local jar other different=0
    for jar in "$work"/source/*/target/orcinus-*.jar; do
        other=$root/${jar#"$work/source/"}
        if ! [ -e "$other" ]; then
            echo "consumers: $other is not there; ./test or mvnw package builds it" >&2
            different=1
        elif ! cmp "$jar" "$other"; then
            different=1
        fi
    done
    [ "$different" = 0 ] || exit 1
    echo "consumers: same: ok"
}

build() {
    rm -rf "$work/$1"
    cp -R "$here/$1" "$work/$1"
    maven "$work/$1" package
}

do_java() {
    build java
    local target=$work/java/target
    check "java, class path" java --enable-native-access=ALL-UNNAMED -cp "$target/consumer.jar:$target/libs/orcinus.jar" \
        consumer.Consumer "$object"
    check "java, module path" java --enable-native-access=dev.orcinus -p "$target/consumer.jar:$target/libs/orcinus.jar" \
        -m consumer/consumer.Consumer "$object"
    check "java, -jar" java -jar "$target/consumer.jar" "$object"
    check "java, fat jar" java -jar "$target/consumer-all.jar" "$object"
    rm -rf "$target/image"
    "$run_jdk/bin/jlink" -p "$target/consumer.jar:$target/libs/orcinus.jar" --add-modules consumer --output "$target/image" \
        --add-options="--enable-native-access=dev.orcinus --illegal-native-access=deny" --launcher consume=consumer/consumer.Consumer
    check "java, jlink" "$target/image/bin/consume" "$object"
}

do_jshell() {
    mkdir -p "$work/preferences/.java/.userPrefs"
    check jshell "$run_jdk/bin/jshell" -J-Djava.util.prefs.userRoot="$work/preferences" -s --class-path "$repository/dev/orcinus/orcinus/$version/orcinus-$version.jar" \
        -R--illegal-native-access=deny -R--enable-native-access=ALL-UNNAMED "-R-Dobject=$object" "$here/consumer.jsh"
}

compilers() { cat /proc/[0-9]*/cmdline 2>/dev/null | tr '\0' '\n' | grep -c "[K]otlinCompileDaemon" || true; }

do_kotlin() {
    local before
    before=$(compilers)
    build kotlin
    if [ "$(compilers)" -gt "$before" ]; then
        echo "consumers: kotlin: the compiler has left a process" >&2
        exit 1
    fi
    check kotlin java -jar "$work/kotlin/target/consumer.jar" "$object"
}

do_scala() {
    build scala
    check scala java -jar "$work/scala/target/consumer.jar" "$object"
}

# Gradle finds a JDK that it can run on itself.
do_gradle() {
    if ! command -v gradle >/dev/null; then
        echo "consumers: gradle is skipped: there is no Gradle here"
        return
    fi
    rm -rf "$work/gradle"
    cp -R "$here/gradle" "$work/gradle"
    # Gradle and the compiler that it starts talk about old options.
    check gradle quiet gradle -q -p "$work/gradle" --offline --no-daemon "-PorcinusRepository=$repository" "-PorcinusVersion=$version" \
        "-PorcinusJdk=$run_jdk" "-PorcinusObject=$object" "-PorcinusSources=$here/java/src/main/java" runConsumer
}

if [ "$(uname -sm)" != "Linux x86_64" ]; then
    echo "consumers: skipped: $object is for Linux on x86-64"
    exit
fi
for name in ${*:-install same java jshell kotlin scala gradle}; do
    case $name in
    install | same | java | jshell | kotlin | scala | gradle) "do_$name" ;;
    *) sed -n '2,12s/^# \{0,1\}//p' "$0" >&2 && exit 2 ;;
    esac
done
