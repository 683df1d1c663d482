package dev.orcinus.platform.linux;

import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.ProcessBuilder.Redirect;
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
    }
}
