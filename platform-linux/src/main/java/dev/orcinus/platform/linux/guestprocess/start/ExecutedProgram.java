package dev.orcinus.platform.linux.guestprocess.start;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.orcinus.platform.linux.guestprocess.mailbox.Mailbox;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** The program that a guest process has executed in the place of its own. It has no state. */
final class ExecutedProgram {
    private ExecutedProgram() {}

    /**
     * Returns the program; empty if the process goes on as a guest, has ended, or lets nobody look
     * at it. A guest has its mailbox mapped.
     */
    static Optional<String> of(int pid) {
        String process = "/proc/" + pid;
        try {
            byte[] maps = Files.readAllBytes(Path.of(process, "maps"));
            String text = new String(maps, ISO_8859_1);
            return text.isEmpty() || text.contains("/memfd:" + Mailbox.FILE)
                    ? Optional.empty()
                    : Optional.of(name(Path.of(process, "exe")));
        } catch (IOException goneOrHidden) {
            return Optional.empty();
        }
    }

    private static String name(Path link) {
        try {
            return Files.readSymbolicLink(link).toString();
        } catch (IOException gone) {
            return "another program";
        }
    }
}
