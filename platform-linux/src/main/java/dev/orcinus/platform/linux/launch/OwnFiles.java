package dev.orcinus.platform.linux.launch;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Set;

/**
 * Names that lead each process to files of its own, by the links {@code self} and {@code
 * thread-self} of proc(5): its descriptors, {@code /dev/stdin}. It has no state.
 */
final class OwnFiles {
    private static final Set<String> LINKS = Set.of("self", "thread-self");
    private static final String PARENT = "..";

    /** As many links as the system follows; see path_resolution(7). */
    private static final int MOST_LINKS = 40;

    private OwnFiles() {}

    /**
     * Returns whether a name leads through one of these links. Links are followed one by one; what
     * is missing leads nowhere.
     *
     * @param file an absolute name
     */
    static boolean isOwn(Path file) {
        Deque<Path> left = new ArrayDeque<>();
        file.forEach(left::add);
        Path reached = Path.of("/");
        int links = 0;
        while (!left.isEmpty() && links <= MOST_LINKS) {
            Path next = left.pop();
            Path entry = reached.resolve(next);
            if (next.toString().equals(PARENT)) {
                reached = reached.getNameCount() == 0 ? reached : entry.normalize();
            } else if (!Files.isSymbolicLink(entry)) {
                reached = entry;
            } else if (leadsToThisProcess(entry)) {
                return true;
            } else {
                reached = follow(entry, reached, left);
                links++;
            }
        }
        return false;
    }

    /** Returns from where the names that are left go on. */
    private static Path follow(Path link, Path from, Deque<Path> left) {
        Path target = target(link);
        for (int i = target.getNameCount() - 1; i >= 0; i--) {
            left.push(target.getName(i));
        }
        return target.isAbsolute() ? target.getRoot() : from;
    }

    private static boolean leadsToThisProcess(Path link) {
        String own = Long.toString(ProcessHandle.current().pid());
        return LINKS.contains(link.getFileName().toString()) && target(link).startsWith(own);
    }

    private static Path target(Path link) {
        try {
            return Files.readSymbolicLink(link);
        } catch (IOException e) {
            return Path.of("");
        }
    }
}
