#!/bin/sh
# make-app.sh ROOT JDK [start | retry]: makes the jars in ROOT/cli/target/app ready to start. The build runs it, and so does the launcher:
# with "start" if the folder has been moved or JAVA_HOME names another JDK, with "retry" if there is no start-up cache; then it makes the
# cache only.
#
#   java.options     the JVM's arguments for a session:  java @java.options -m MAIN filedescs=...
#   run.options      the same for `orcinus run` and `orcinus inspect`, which link
#   daemon.options   the same for `orcinus serve`, which runs long, and needs JNR-POSIX besides
#   background.options  the same for the daemon in the background, which is small
#   rehearsal.o      what the daemon in the background links before it serves anybody
#   session.aot      JDK start-up cache of a session, made by a training run; bound to this JDK, to these jars and to their place
#   run.aot          the same for run.options: the JVM loads all classes of a cache at its start, so each use has a cache of its own
#   training.log     the output of the training runs
#   training.pipe    what the program of the training run waits for
#   training.tries   how many runs of this script have failed to make the cache of these jars; the launcher gives up at four
#   training.told    exists if a start has said that the cache is missing
#   orcinus          the launcher without a JVM, for Linux: it asks the daemon in the background, or executes ROOT/orcinus --cold
#   launch           five lines for the script ROOT/orcinus: ROOT, the java command, JAVA_HOME as it was, the system, the build id; written
#                    last
set -eu
root=$(cd "$1" && pwd -P)
jdk=$2
caller=${3-build}
export ORCINUS_DAEMON=off
app=$root/cli/target/app
main=dev.orcinus.cli/dev.orcinus.cli.Main

# One quoted argument for a java @argument file.
argument() {
    case $1 in
    *[\\\"]*) printf '"%s"\n' "$(printf '%s' "$1" | sed 's/[\\"]/\\&/g')" ;;
    *) printf '"%s"\n' "$1" ;;
    esac
}

# The serial collector starts fastest and stays small. Messages of the JVM go to stderr, because stdout belongs to the guest.
common_options() {
    cat <<-END
		-XX:+UseSerialGC
		-XX:-UsePerfData
		-XX:-CreateCoredumpOnCrash
		-XX:+DisplayVMOutputToStderr
		-Xlog:disable
		-Xlog:all=error,aot*=off,cds*=off:stderr
	END
    argument "-Dorcinus.app=$app"
    argument "-Dorcinus.build=$build"
}

# Names this build: these jars, in this place, for this JDK. Launchers and their daemon in the background find each other by it.
build_id() {
    # shellcheck disable=SC2046
    set -- $({ printf '%s\n' "$root" "$jdk" && cat "$app"/*.jar "$jdk/release"; } | cksum)
    printf '%08x%08x' "$1" "$2"
}

# C1 starts fastest, too, and a short session should not spend its time compiling: with the thresholds at 10 times their values a start takes
# a third less CPU. (For a process that runs long, other values can follow these; the last one counts.)
short_life_options() {
    cat <<-END
		-Xmn8m
		-XX:TieredStopAtLevel=1
		-XX:CompileThresholdScaling=10
	END
    # Only the JVM of Linux has this option.
    if [ "$(uname -s)" = Linux ]; then echo -XX:+AdjustStackSizeForTLS; fi
}

# A large program takes hundreds of megabytes while it is linked, for a short time: with large pages the system gives them a hundred times as
# quickly, which is a third of the time of such a link. A start has a quarter fewer page faults, and takes a twentieth less time, or more where
# faults are dear, for 3 MB. Only the JVM of Linux has this option.
large_page_options() {
    if [ "$(uname -s)" = Linux ]; then echo -XX:+UseTransparentHugePages; fi
}

# A session of many lines runs the code of this project and of Java's calls of native code some dozens of times for each line. It is
# compiled soon, which a start, where most of it runs once, does not notice. A start runs other parts of the library (java.lang) more. The same
# is true of a program that is linked: a large one takes a third less time by this.
many_lines_options() {
    echo -XX:CompileCommand=quiet
    echo '-XX:CompileCommand=CompileThresholdScaling,dev.orcinus.*::*,0.1'
    echo '-XX:CompileCommand=CompileThresholdScaling,jdk.internal.foreign.*::*,0.3'
    echo '-XX:CompileCommand=CompileThresholdScaling,jdk.internal.misc.*::*,0.3'
    echo '-XX:CompileCommand=CompileThresholdScaling,java.lang.invoke.*::*,0.3'
    echo '-XX:CompileCommand=CompileThresholdScaling,java.util.*::*,0.2'
    echo '-XX:CompileCommand=CompileThresholdScaling,sun.nio.fs.*::*,0.2'
}

# The cache tells the JVM what the training run has compiled, and sessions compile that as soon as it is used. So the training run, which has
# fewer lines than a session may have, compiles sooner than a session would.
training_options() {
    session_options
    echo -XX:CompileThresholdScaling=0.25
}

# What a program runs for, once, it does not run often: a start takes a twentieth less time if the JVM compiles nothing of it because the
# training run has. A JVM that does not know this option any more makes its cache as it likes.
run_training_options() {
    session_options
    echo -XX:+IgnoreUnrecognizedVMOptions
    echo -XX:+UnlockDiagnosticVMOptions
    echo -XX:-AOTRecordTraining
}

# A start makes some handles of the FFM API, whose generation is a third of it. What Java checks of its own work there can be left out.
few_handles_options() {
    echo -Djava.lang.foreign.VERIFY_BINDINGS=false
}

# A crash of guest code is reported on stderr.
session_options() {
    common_options
    short_life_options
    few_handles_options
    echo -XX:ErrorFile=/dev/null
    echo --enable-native-access=dev.orcinus.bindings
    echo -p
    argument "$(jars)"
}

# The module path: our jars one by one, because JDK 28 makes no start-up cache for a folder in which there is anything else.
jars() {
    path=
    for jar in "$app"/*.jar; do path=$path${path:+:}$jar; done
    printf '%s' "$path"
}

# Code of the daemon runs again with each session, so it is compiled after a fifth of the usual number of runs.
daemon_options() {
    common_options
    echo -XX:CompileThresholdScaling=0.2
    echo --enable-native-access=dev.orcinus.bindings,org.jnrproject.jffi
    echo --sun-misc-unsafe-memory-access=allow
    echo -p
    argument "$app:$app/libs"
    echo --add-modules
    echo ALL-MODULE-PATH
}

# The daemon in the background runs what sessions and programs run, many times, and waits for hours between them: its heap is small, and
# shrinks to what is in use when it is collected. Then it gets room for a large link, by settings that it changes itself: that is what it
# needs a module and NewRatio for (DaemonHeap). No large pages: a small program would wait for one to be cleared, which takes as long as all
# else. The thresholds multiply: our code is compiled at once, and the library's as soon as that of a session, because the daemon rehearses
# some dozens of each, and what runs once for each launch would be interpreted in the first two hundred otherwise.
background_options() {
    common_options
    echo -Xms4m
    echo -XX:NewSize=3m
    echo -XX:NewRatio=1
    echo -XX:MinHeapFreeRatio=5
    echo -XX:MaxHeapFreeRatio=10
    echo -XX:-ShrinkHeapInSteps
    echo -XX:TieredStopAtLevel=1
    echo -XX:CompileThresholdScaling=0.1
    echo -XX:ErrorFile=/dev/null
    echo --enable-native-access=dev.orcinus.bindings
    if has_management; then echo --add-modules=jdk.management; fi
    echo -p
    argument "$(jars)"
    many_lines_options
}

# True if the JDK has the module by which the daemon changes the settings of its heap; a JVM does not start with one that is not there.
has_management() {
    { grep '^MODULES=' "$jdk/release" || "$jdk/bin/java" --list-modules; } | grep -E -q '(^|[" ])jdk\.management([" @]|$)'
}

# True if file $1 was made by this JDK, in this place, from these jars.
is_up_to_date() {
    [ -r "$1" ] && [ -r "$app/launch" ] || return 1
    { IFS= read -r old_root && IFS= read -r old_java; } <"$app/launch" || return 1
    [ "$old_root" = "$root" ] && [ "$old_java" = "$jdk/bin/java" ] || return 1
    for part in "$app"/*.jar "$jdk/release" "$root/etc/make-app.sh" "$root/etc/Training.java"; do
        if [ "$part" -nt "$1" ]; then return 1; fi
    done
}

# Makes the cache. The first time for these jars, it tries again after a failure, because the machine may have been busy, or guest code may
# not crash here.
make_cache() {
    tries=0
    if is_up_to_date "$app/training.tries"; then read -r tries <"$app/training.tries"; else rm -f "$app/training.told"; fi
    rm -f "$app"/*.aot
    write "$app/training.tries" echo $((tries + 1))
    if { [ "$tries" = 0 ] && train crash; } || train; then
        rm -f "$app/training.tries" "$app/training.told"
    else
        tell_of_missing_cache
    fi
}

# With "crash", guest code crashes in the training session, so that the classes of crash reports are recorded. A system that forbids guest
# processes, or has none, cannot do that.
train() {
    write "$app/training.options" training_options
    write "$app/run-training.options" run_training_options
    if train_session "$@" >"$app/training.log" 2>&1 && train_runs >>"$app/training.log" 2>&1; then
        mv "$app/session.$$.aot" "$app/session.aot"
        mv "$app/run.$$.aot" "$app/run.aot"
    else
        rm -f "$app/session.$$.aot"* "$app/run.$$.aot"*
        return 1
    fi
}

# Records a cache from a session. The command has the launcher's setting in its environment, so that the class which removes it is recorded,
# too; the user's target is not for it. The controller of the training session reports the executor's exit status as its own.
train_session() {
    recorded=$app/session.$$.aot
    "$jdk/bin/java" -p "$app" --add-modules dev.orcinus.executor \
        --add-exports dev.orcinus.executor/dev.orcinus.executor.rehearsal=ALL-UNNAMED "$root/etc/Training.java" "$@" \
        env GLIBC_TUNABLES=glibc.rtld.optional_static_tls=65536 ORCINUS_TRIPLE= \
        "$jdk/bin/java" "@$app/training.options" "-XX:AOTCacheOutput=$recorded" -m "$main" filedescs=0,1 </dev/null && [ -s "$recorded" ]
}

# A program with libraries uses all that one without does, too. These are the C library's, but a system may have them where we do not look.
train_runs() {
    train_run -l:libm.so.6 -l:libresolv.so.2 || train_run
}

# Records a cache from a program, which is linked with the arguments. As for the launcher, a shell waits for the JVM's answer and becomes the program.
train_run() {
    recorded=$app/run.$$.aot
    rm -f "$app/training.pipe"
    mkfifo "$app/training.pipe"
    { IFS= read -r answer && $answer; } <"$app/training.pipe" >/dev/null &
    "$jdk/bin/java" "@$app/run-training.options" "-XX:AOTCacheOutput=$recorded" "-Dorcinus.launcher=$!" -m "$main" \
        rehearse "$root/$("$root/etc/hello-object.sh")" "$@" 3>"$app/training.pipe" </dev/null && [ -s "$recorded" ]
}

# Makes the launcher without a JVM. Only Linux has one.
make_launcher() {
    if [ "$(uname -s)" != Linux ]; then return; fi
    "$jdk/bin/java" -XX:TieredStopAtLevel=1 -p "$(jars)" -m "$main" launcher "$build" "$root/orcinus" "$app/orcinus.$$"
    mv "$app/orcinus.$$" "$app/orcinus"
}

# Says that there is no cache: each build in its log, and the first start.
tell_of_missing_cache() {
    if [ "$caller" != build ] && [ -e "$app/training.told" ]; then return; fi
    echo "orcinus: the start-up cache is missing, as it could not be made; starts are slow without it. See $app/training.log" >&2
    if [ "$caller" != build ]; then : >"$app/training.told"; fi
}

# Replaces file $1 by the output of the rest of the command; a JVM that starts meanwhile reads the whole old or the whole new file.
write() {
    file=$1
    shift
    "$@" >"$file.$$"
    mv "$file.$$" "$file"
}

# The options of a session, with cache file $1.
cached_options() {
    if [ -r "$1" ]; then argument "-XX:AOTCache=$1"; fi
    session_options
}

# The same, with code that is compiled soon, and large pages.
options_of_use() {
    cached_options "$1"
    many_lines_options
    large_page_options
}

build=$(build_id)
{ is_up_to_date "$app/session.aot" && is_up_to_date "$app/run.aot"; } || make_cache
write "$app/java.options" options_of_use "$app/session.aot"
write "$app/run.options" options_of_use "$app/run.aot"
if [ "$caller" = retry ]; then exit; fi
make_launcher
write "$app/daemon.options" daemon_options
write "$app/background.options" background_options
write "$app/rehearsal.o" cat "$root/$("$root/etc/hello-object.sh")"
write "$app/launch" printf '%s\n%s\n%s\n%s\n%s\n' "$root" "$jdk/bin/java" "${JAVA_HOME-}" "$(uname -s)" "$build"
