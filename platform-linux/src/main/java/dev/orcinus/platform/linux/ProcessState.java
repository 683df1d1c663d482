package dev.orcinus.platform.linux;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The state of a process as {@code /proc/PID/stat} has it. */
public final class ProcessState {
    private static final int STATE = 0;
    private static final int THREADS = 17;

    private ProcessState() {}

    /** Returns whether a process has been stopped, and no debugger has it. */
    public static boolean isStopped(int pid) {
        try {
            return fields(read(pid))[STATE].equals("T");
        } catch (IOException reaped) {
            return false;
        }
    }

    private static String read(int pid) throws IOException {
        return new String(Files.readAllBytes(Path.of("/proc/" + pid + "/stat")), ISO_8859_1);
    }

    /** Returns the fields behind the name, which may hold anything. */
    private static String[] fields(String stat) {
        return stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
    }

    /**
     * Returns whether a process has ended. A process whose first thread alone has ended looks the
     * same but for its number of threads.
     */
    public static boolean hasEnded(int pid) {
        try {
            return hasEnded(read(pid));
        } catch (IOException reaped) {
            return true;
        }
    }

    /** Parses a line as in {@code 17 (name) Z 1 ...}, whose name may hold anything. */
    public static boolean hasEnded(String stat) {
        String[] fields = fields(stat);
        boolean isZombie = fields[STATE].equals("Z") || fields[STATE].equals("X");
        return isZombie && Integer.parseInt(fields[THREADS]) <= 1;
    }
}
