package dev.orcinus.daemon.admission;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import jnr.constants.platform.RLIMIT;
import jnr.posix.POSIX;
import jnr.posix.POSIXFactory;

/**
 * The number of descriptors that this process may have open. A session takes several; without this
 * check the daemon would find out when it cannot accept one more.
 *
 * @param most the limit, after the JVM has raised it as far as it may
 */
public record DescriptorLimit(long most) {
    /**
     * The line and who watches it (3), the guest's process, its mailbox, its memory and a pipe (4),
     * the list of debug objects, a checkpoint (2); others are open for a moment.
     */
    private static final int OF_A_SESSION = 14;

    /**
     * The 10 that are named there, and the line's other half, the line to the launcher and what has
     * come from it (4), its process as a keeper with a mailbox and a pipe (3), the watch over its
     * controller (2); others are open for a moment.
     */
    private static final int OF_A_LAUNCH = 23;

    /**
     * What guests need here has numbers from this one on; those below are for all else, such as the
     * files of 32 programs that are kept.
     */
    private static final int LOW_NUMBERS = 200;

    /** The files of the JVM, the listener, the control socket. */
    private static final int OF_THE_DAEMON = 100;

    /** What every process may have open; so much is not asked for, to start faster. */
    private static final int USUAL = 1024;

    private static final Path LIMITS = Path.of("/proc/self/limits");
    private static final Pattern OPEN_FILES =
            Pattern.compile("^Max open files +(\\d+|unlimited) ", Pattern.MULTILINE);

    /**
     * Requires that a number of sessions can have their descriptors in this process.
     *
     * @throws IOException if they cannot
     */
    public static void requireHere(int sessions) throws IOException {
        if (needed(sessions) > USUAL) {
            current().require(sessions);
        }
    }

    private static long needed(int sessions) {
        return OF_THE_DAEMON + (long) OF_A_SESSION * sessions;
    }

    /** Returns how many launches can have their descriptors in this process at the same time. */
    public static int launchesHere() throws IOException {
        return current().launches();
    }

    /** Returns how many launches can have their descriptors at the same time. */
    int launches() {
        long left = Long.compareUnsigned(most, LOW_NUMBERS) < 0 ? 0 : most - LOW_NUMBERS;
        long launches = Long.divideUnsigned(left, OF_A_LAUNCH);
        return (int) Math.min(launches, Integer.MAX_VALUE);
    }

    /** The kernel's file is quicker than JNR-POSIX, which has more to load. */
    private static DescriptorLimit current() throws IOException {
        return Files.isReadable(LIMITS) ? parse(Files.readString(LIMITS)) : ofSystem();
    }

    /** Returns the limit that is in a file of {@code /proc}. */
    static DescriptorLimit parse(String limits) throws IOException {
        Matcher line = OPEN_FILES.matcher(limits);
        if (!line.find()) {
            throw new IOException(LIMITS + " names no limit of open files");
        }
        String soft = line.group(1);
        return new DescriptorLimit(soft.equals("unlimited") ? -1 : Long.parseLong(soft));
    }

    private static DescriptorLimit ofSystem() {
        POSIX posix = POSIXFactory.getNativePOSIX();
        return new DescriptorLimit(posix.getrlimit(RLIMIT.RLIMIT_NOFILE.intValue()).rlimCur());
    }

    /**
     * Requires that a number of sessions can have their descriptors.
     *
     * @throws IOException if they cannot
     */
    void require(int sessions) throws IOException {
        if (Long.compareUnsigned(needed(sessions), most) > 0) {
            throw new IOException(
                    "--sessions "
                            + sessions
                            + " may need "
                            + needed(sessions)
                            + " descriptors, and this process may have "
                            + most
                            + " (ulimit -Hn)");
        }
    }
}
