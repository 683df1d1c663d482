# Brings cli/target/app up to date. The launcher sources it ($root and $app are set) if the app is missing, may be out of date, or has no
# start-up cache. POSIX sh, no output on stdout. One process builds, the others wait for it.
. "$root/etc/find-jdk.sh"

lock=$root/target/build.lock
tries=0

# Ends the start of a user who may not build here, and for whom nobody builds.
cannot_build() {
    echo "orcinus: $1 in $root, and what is built there is not for the JDK of this start: start it with its owner's" \
        "JAVA_HOME, or clone it yourself" >&2
    exit 1
}

{ mkdir -p "$root/target" && [ -w "$root/target" ]; } 2>/dev/null || cannot_build "this user cannot write"

# True for the process that has made the lock. A lock whose owner has ended is removed for the next try. If there is no lock although it
# could not be made, or if it is empty, as a process leaves it that is just making it, some tries later something is wrong.
take_lock() {
    (set -C && echo $$ >"$lock") 2>/dev/null && return
    owner=
    { read -r owner <"$lock"; } 2>/dev/null
    if [ -n "$owner" ]; then
        tries=0
        kill -0 "$owner" 2>/dev/null || rm -f "$lock"
    elif tries=$((tries + 1)) && [ "$tries" = 25 ]; then
        rm -f "$lock"
    elif [ "$tries" -gt 50 ]; then
        cannot_build "$lock cannot be written"
    fi
    return 1
}

# True if the jars are newer than all their sources. Called only if git's log has changed.
jars_are_fresh() {
    [ -r "$app/launch" ] && [ -z "$(
        find "$root"/pom.xml "$root"/etc "$root"/*/pom.xml "$root"/*/src/main -newer "$app/launch" -type f | head -n 1
    )" ]
}

build() {
    find_maven
    log=$root/target/build.log
    echo "orcinus: building, which takes about a minute the first time ..." >&2
    if ! (cd "$root" && run_maven -ntp -Dfast -Dmaven.test.skip -pl cli -am package) >"$log" 2>&1 </dev/null; then
        grep -E 'ERROR|BUILD' "$log" | head -n 8 >&2
        echo "orcinus: the build failed; all of its output is in $log" >&2
        return 1
    fi
    echo "orcinus: built." >&2
}

until take_lock; do sleep 0.2; done
trap 'rm -f "$lock"' EXIT
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM
if ! is_ready; then
    find_jdk || exit 1
    jars_are_fresh || build || exit 1
    sh "$root/etc/make-app.sh" "$root" "$jdk" start >&2 </dev/null || exit 1
elif ! is_trained; then
    # is_ready has set java. The app can be started even if this makes no cache.
    sh "$root/etc/make-app.sh" "$root" "${java%/bin/java}" retry >&2 </dev/null
fi
rm -f "$lock"
trap - EXIT HUP INT TERM
