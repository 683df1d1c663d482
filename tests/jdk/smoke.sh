#!/bin/sh
# smoke.sh [VERSION]: runs a list of tests, and the command, on the JDK that install.sh has installed. The modules are built before, by
# ./test or mvnw package. What this starts finds the JDK as the JVM of the tests (-Dtest.jdk) and in JAVA_HOME.
set -eu

here=$(cd "$(dirname "$0")" && pwd -P)
root=$(cd "$here/../.." && pwd -P)
export ORCINUS_DAEMON=off
home=$("$here/install.sh" "${1:-}")
with=${home%/root/*}/with.sh
say() { echo "jdk/smoke.sh: $*"; }
say "$("$with" "$home/bin/java" -version 2>&1 | sed -n 2p)"

# The command, in a copy of the application: its options, its start-up caches, and no word that is not the program's.
copy=$root/target/jdk-smoke
rm -rf "$copy"
mkdir -p "$copy/cli/target/app" "$copy/.git/logs" "$copy/examples/hello"
cp "$root"/examples/hello/*.o "$copy/examples/hello"
cp -R "$root/orcinus" "$root/etc" "$copy"
cp -R "$root"/cli/target/app/*.jar "$root/cli/target/app/libs" "$copy/cli/target/app"
"$with" sh "$copy/etc/make-app.sh" "$copy" "$home"
for cache in session run; do
    [ -s "$copy/cli/target/app/$cache.aot" ] || { say "there is no $cache.aot" >&2 && exit 1; }
done
status=0
JAVA_HOME=$home "$with" "$copy/orcinus" run "$copy/$("$root/etc/hello-object.sh")" -- Orcinus >"$copy/out" 2>"$copy/err" || status=$?
if [ "$status" != 42 ] || [ -s "$copy/err" ] || ! grep -q 'fibonacci(20) = 6765' "$copy/out"; then
    say "orcinus run has ended with $status:" >&2
    cat "$copy/out" "$copy/err" >&2
    exit 1
fi
env JAVA_HOME="$home" "$with" "$copy/orcinus" serve --listen 127.0.0.1:0 2>"$copy/err" &
daemon=$!
tries=0
until grep -q 'listening on' "$copy/err" || [ "$tries" = 60 ]; do
    sleep 0.5
    tries=$((tries + 1))
done
kill "$daemon"
wait "$daemon" || :
if ! grep -q 'listening on' "$copy/err" || grep -qi 'warning' "$copy/err"; then
    say "orcinus serve says:" >&2
    cat "$copy/err" >&2
    exit 1
fi
say "orcinus run and orcinus serve: ok"

. "$root/etc/find-jdk.sh"
find_jdk
cd "$root"
env JAVA_HOME="$jdk" "$with" ./test -ntp -Dfast -q "-Dtest.jdk=$home" -pl tests -am -Dsurefire.failIfNoSpecifiedTests=false \
    "-Dtest=${ORCINUS_SMOKE_TESTS:-LoadedObjectSmokeTest,SessionSmokeTest,PathsTest,CallbacksTest,IsolatedCrashTest,IsolatedMemoryTest}"
say "tests: ok"
