package dev.orcinus.platform.linux.guestprocess;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** The children of processes, from {@code /proc}. It has no state. */
final class ProcessChildren {
    private ProcessChildren() {}

    /** Returns the children of a process; none if it has ended. */
    static List<Integer> of(int pid) {
        List<Integer> all = new ArrayList<>();
        try (DirectoryStream<Path> tasks =
                Files.newDirectoryStream(Path.of("/proc/" + pid + "/task"))) {
            for (Path task : tasks) { // each thread has those that it has made
                all.addAll(numbers(task.resolve("children")));
            }
            return all;
        } catch (IOException e) { // it has ended, or this kernel has no such files
            return ProcessHandle.of(pid).stream()
                    .flatMap(ProcessHandle::children)
                    .map(child -> (int) child.pid())
                    .toList();
        }
    }

    private static List<Integer> numbers(Path file) throws IOException {
        String all = Files.readString(file, ISO_8859_1).strip();
        return all.isEmpty() ? List.of() : Stream.of(all.split(" ")).map(Integer::valueOf).toList();
    }
}
