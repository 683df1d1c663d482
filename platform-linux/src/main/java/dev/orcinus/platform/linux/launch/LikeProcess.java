package dev.orcinus.platform.linux.launch;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Compares another process with this one: what names of files mean to it, and what it may do with
 * them. Source: proc(5).
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

    private static final Path SELF = Path.of("/proc/self");

    private LikeProcess() {}

    /**
     * What the comparison reads of a process.
     *
     * @param links where {@link #LINKS} lead
     * @param rights the lines of {@link #RIGHTS}
     * @param label of SELinux or AppArmor; empty if the kernel labels no process
     */
    private record Facts(List<Path> links, List<String> rights, Optional<String> label) {}

    /** Those of this process, which do not change; null until they have been read. */
    private static volatile Facts own;

    private static Facts own() throws IOException {
        Facts known = own;
        if (known == null) {
            known = new Facts(links(SELF), rights(status(SELF)), label(SELF));
            own = known;
        }
        return known;
    }

    /** Returns whether a process is like this one; false if it lets nobody look at it. */
    static boolean isLike(long pid) {
        Path other = Path.of("/proc", Long.toString(pid));
        try {
            Facts own = own();
            List<String> status = status(other);
            return links(other).equals(own.links)
                    && Files.isSameFile(SELF.resolve("root"), other.resolve("root"))
                    && rights(status).equals(own.rights)
                    && !status.contains(CONFINED)
                    && (own.label.isEmpty() || label(other).equals(own.label));
        } catch (IOException hidden) {
            return false;
        }
    }

    private static List<Path> links(Path process) throws IOException {
        List<Path> links = new ArrayList<>(LINKS.size());
        for (String link : LINKS) {
            links.add(Files.readSymbolicLink(process.resolve(link)));
        }
        return links;
    }

    private static List<String> status(Path process) throws IOException {
        return text(process.resolve("status")).lines().toList();
    }

    private static List<String> rights(List<String> status) {
        return status.stream().filter(line -> RIGHTS.stream().anyMatch(line::startsWith)).toList();
    }

    /** Returns the label of a process; empty if the kernel has none, which reading tells. */
    private static Optional<String> label(Path process) throws IOException {
        try {
            return Optional.of(text(process.resolve("attr/current")));
        } catch (NoSuchFileException | AccessDeniedException hidden) {
            return Optional.of("");
        } catch (FileSystemException noDescriptor) {
            throw noDescriptor;
        } catch (IOException none) {
            return Optional.empty();
        }
    }

    private static String text(Path file) throws IOException {
        return new String(Files.readAllBytes(file), ISO_8859_1);
    }
}
