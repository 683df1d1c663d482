package dev.orcinus.platform.linux.launch;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Compares another process with this one: what names of files mean to it, and what it may do with
 * them. Source: proc(5). It has no state.
 */
final class LikeProcess {
    private static final List<String> LINKS = List.of("ns/mnt", "ns/user", "ns/pid", "root");

    /** What {@code /proc/PID/status} says of the rights of a process. */
    private static final List<String> RIGHTS =
            List.of("Uid:", "Gid:", "Groups:", "CapEff:", "Seccomp:", "Seccomp_filters:");

    /**
     * A process that is confined by Landlock, whose rules nobody else can see, has this, unless it
     * may do all.
     */
    private static final String CONFINED = "NoNewPrivs:\t1";

    private LikeProcess() {}

    /** Returns whether a process is like this one; false if it lets nobody look at it. */
    static boolean isLike(long pid) {
        Path other = Path.of("/proc", Long.toString(pid));
        Path own = Path.of("/proc/self");
        try {
            for (String link : LINKS) {
                Path here = Files.readSymbolicLink(own.resolve(link));
                if (!here.equals(Files.readSymbolicLink(other.resolve(link)))) {
                    return false;
                }
            }
            List<String> status = status(other);
            return Files.isSameFile(own.resolve("root"), other.resolve("root"))
                    && rights(status(own)).equals(rights(status))
                    && !status.contains(CONFINED)
                    && label(own).equals(label(other));
        } catch (IOException hidden) {
            return false;
        }
    }

    private static List<String> status(Path process) throws IOException {
        return text(process.resolve("status")).lines().toList();
    }

    private static List<String> rights(List<String> status) {
        return status.stream().filter(line -> RIGHTS.stream().anyMatch(line::startsWith)).toList();
    }

    /** Returns the label of SELinux or AppArmor; empty where there is none. */
    private static String label(Path process) {
        try {
            return text(process.resolve("attr/current"));
        } catch (IOException none) {
            return "";
        }
    }

    private static String text(Path file) throws IOException {
        return new String(Files.readAllBytes(file), ISO_8859_1);
    }
}
