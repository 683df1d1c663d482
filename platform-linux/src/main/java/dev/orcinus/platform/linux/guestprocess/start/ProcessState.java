package dev.orcinus.platform.linux.guestprocess.start;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The state of a process as {@code /proc/PID/stat} has it. */
final class ProcessState {
    private static final int STATE = 0;
    private static final int THREADS = 17;

    private ProcessState() {}

    /**
     * Returns whether a process has ended. A process whose first thread alone has ended looks the
     * same but for its number of threads.
     */
    static boolean hasEnded(int pid) {
        try {
            byte[] stat = Files.readAllBytes(Path.of("/proc/" + pid + "/stat"));
            return hasEnded(new String(stat, ISO_8859_1));
        } catch (IOException reaped) {
            return true;
        }
    }

    /** Parses a line as in {@code 17 (name) Z 1 ...}, whose name may hold anything. */
    static boolean hasEnded(String stat) {
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
        boolean isZombie = fields[STATE].equals("Z") || fields[STATE].equals("X");
        return isZombie && Integer.parseInt(fields[THREADS]) <= 1;
    }
}
