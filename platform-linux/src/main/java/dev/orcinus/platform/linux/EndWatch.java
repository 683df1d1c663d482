package dev.orcinus.platform.linux;

import dev.orcinus.bindings.foreign.ErrnoState;
import dev.orcinus.bindings.linux.LinuxFcntl;
import dev.orcinus.bindings.posix.Fcntl;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A shell that reads from a pipe until this process has ended, by whatever cause, and removes what
 * is left then. It ignores the signals of a terminal, which end this process in its own way.
 */
final class EndWatch {
    /** $1 is what the marks of guests begin with, $2 the pattern of shared memory, $3 a folder. */
    private static final String SCRIPT =
            """
            trap '' HUP INT QUIT TERM TSTP TTOU
            read -r nothing
            rounds=0
            while [ $rounds -lt 100 ]; do
                left=$(grep -l "$1" /proc/[0-9]*/environ 2>/dev/null)
                [ -n "$left" ] || break
                for file in $left; do
                    pid=${file#/proc/}
                    kill -9 "${pid%/environ}"
                done
                rounds=$((rounds + 1))
            done
            rm -f /dev/shm/"$2"*
            rm -f "$3"/*
            rmdir "$3"
            """;

    /** The end of the pipe that closes with this process. */
    private static final List<OutputStream> HELD = new ArrayList<>();

    private EndWatch() {}

    /** Starts the shell. */
    static void start(long pid, Path folder) throws IOException {
        List<String> command =
                List.of(
                        "/bin/sh",
                        "-c",
                        SCRIPT,
                        "orcinus-end-watch",
                        GuestMark.VARIABLE + "=" + GuestMark.prefix(pid),
                        SharedObjects.prefix(pid),
                        folder.toString());
        Process shell =
                new ProcessBuilder(command)
                        .directory(new File("/"))
                        .redirectOutput(Redirect.DISCARD)
                        .redirectError(Redirect.DISCARD)
                        .start();
        synchronized (HELD) {
            HELD.add(shell.getOutputStream());
        }
        keepFromOthers(Path.of("/proc/" + shell.pid() + "/fd/0"));
    }

    /**
     * Closes this process's end of the pipe in all programs that are started from now on: one that
     * held it would keep the shell waiting. Java's pipes are not closed on exec.
     */
    private static void keepFromOthers(Path otherEnd) throws IOException {
        Path pipe = Files.readSymbolicLink(otherEnd);
        try (DirectoryStream<Path> all = Files.newDirectoryStream(Path.of("/proc/self/fd"))) {
            for (Path descriptor : all) {
                if (isLinkTo(pipe, descriptor)) {
                    LinuxFcntl.fcntl(
                            ErrnoState.IGNORED,
                            Integer.parseInt(descriptor.getFileName().toString()),
                            Fcntl.F_SETFD,
                            Fcntl.FD_CLOEXEC);
                }
            }
        }
    }

    private static boolean isLinkTo(Path target, Path link) {
        try {
            return Files.readSymbolicLink(link).equals(target);
        } catch (IOException closed) {
            return false;
        }
    }
}
