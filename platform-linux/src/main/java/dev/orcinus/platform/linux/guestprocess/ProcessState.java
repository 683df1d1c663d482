package dev.orcinus.platform.linux.guestprocess;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What {@code /proc/PID/stat} says of a process.
 *
 * @param hasEnded whether it has ended and waits to be reaped
 * @param group its process group, -1 if there is no such process
 * @param session its session, -1 if there is no such process
 * @param hasTerminal whether it has a controlling terminal
 * @param startTicks when it was started, in the kernel's ticks since the system's start; -1 if
 *     there is no such process
 */
record ProcessState(
        boolean hasEnded, int group, int session, boolean hasTerminal, long startTicks) {
    static ProcessState of(int pid) {
        try {
            byte[] stat = Files.readAllBytes(Path.of("/proc/" + pid + "/stat"));
            String text = new String(stat, ISO_8859_1);
            String[] fields = text.substring(text.lastIndexOf(')') + 2).split(" ", -1); // from 3 on
            return new ProcessState(
                    fields[0].equals("Z"),
                    Integer.parseInt(fields[2]),
                    Integer.parseInt(fields[3]),
                    !fields[4].equals("0"),
                    Long.parseLong(fields[19]));
        } catch (IOException reaped) {
            return new ProcessState(false, -1, -1, false, -1);
        }
    }
}
