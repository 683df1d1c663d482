package dev.orcinus.platform.linux;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** What {@code /proc/PID/stat} says of a process: its state and its times. */
public final class StatFile {
    private static final int STATE = 0;
    private static final int USER_TIME = 11;
    private static final int SYSTEM_TIME = 12;
    private static final int USER_TIME_OF_CHILDREN = 13;
    private static final int SYSTEM_TIME_OF_CHILDREN = 14;
    private static final int THREADS = 17;
    private static final int STARTED = 19;

    /**
     * The times of a process, in ticks.
     *
     * @param started when it has been started, since the start of the system
     * @param own how long processors have worked for it
     * @param ofChildren how long they had for its children, and theirs, that it has waited for
     */
    public record Times(long started, long own, long ofChildren) {}

    private StatFile() {}

    /** Returns whether a process has been stopped, and no debugger has it. */
    public static boolean isStopped(int pid) {
        return state(pid).equals("T");
    }

    /** Returns whether a process has been stopped, by a signal or by a debugger. */
    public static boolean isHeld(int pid) {
        return state(pid).equalsIgnoreCase("T");
    }

    /** Returns the letter of a process's state; an empty text if it has been reaped. */
    private static String state(int pid) {
        try {
            return fields(read(pid))[STATE];
        } catch (IOException reaped) {
            return "";
        }
    }

    /** Returns the times of a process; empty if it has been reaped. */
    public static Optional<Times> times(int pid) {
        try {
            String[] fields = fields(read(pid));
            return Optional.of(
                    new Times(
                            Long.parseLong(fields[STARTED]),
                            Long.parseLong(fields[USER_TIME]) + Long.parseLong(fields[SYSTEM_TIME]),
                            Long.parseLong(fields[USER_TIME_OF_CHILDREN])
                                    + Long.parseLong(fields[SYSTEM_TIME_OF_CHILDREN])));
        } catch (IOException reaped) {
            return Optional.empty();
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
     * same but for its number of threads. One that cannot be read because this process has no
     * descriptor left has not ended.
     */
    public static boolean hasEnded(int pid) {
        try {
            return hasEnded(read(pid));
        } catch (IOException reapedOrNoDescriptor) {
            return Files.notExists(Path.of("/proc/" + pid));
        }
    }

    /** Parses a line as in {@code 17 (name) Z 1 ...}, whose name may hold anything. */
    public static boolean hasEnded(String stat) {
        String[] fields = fields(stat);
        boolean isZombie = fields[STATE].equals("Z") || fields[STATE].equals("X");
        return isZombie && Integer.parseInt(fields[THREADS]) <= 1;
    }
}
