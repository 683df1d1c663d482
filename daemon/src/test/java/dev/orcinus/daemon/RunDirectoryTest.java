package dev.orcinus.daemon;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.orcinus.platform.spi.host.HostProvider;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
final class RunDirectoryTest {
    private static final int UID = HostProvider.current().process().uid();
    private static final long PID = ProcessHandle.current().pid();

    private final List<Path> made = new ArrayList<>();
    private RunDirectory directory;
    private Path path;
    private Path base;

    @BeforeEach
    void create() throws IOException {
        directory = RunDirectory.create(UID, PID);
        path = directory.statusSocket().getParent();
        base = path.getParent();
    }

    @AfterEach
    void remove() throws IOException {
        directory.close();
        for (Path folder : made) {
            if (Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
                try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
                    for (Path file : files) {
                        Files.delete(file);
                    }
                }
            }
            Files.deleteIfExists(folder);
        }
    }

    private static long pidOfADeadProcess() throws Exception {
        Process process = new ProcessBuilder("true").start();
        process.waitFor();
        return process.pid();
    }

    private Path folder(String name) throws IOException {
        Path folder = Files.createDirectory(base.resolve(name));
        made.add(folder);
        Files.writeString(folder.resolve("crash-1"), "x");
        return folder;
    }

    private void createAnother() throws IOException {
        RunDirectory.create(UID, PID).close();
    }

    @Test
    void itsNameHoldsUserAndProcessAndOnlyTheUserMayEnter() throws IOException {
        String name = path.getFileName().toString();
        assertTrue(name.matches("orcinus-" + UID + "-" + PID + "-\\p{XDigit}{8}"), name);
        assertEquals(
                "rwx------", PosixFilePermissions.toString(Files.getPosixFilePermissions(path)));
    }

    @Test
    void twoOfOneProcessDiffer() throws IOException {
        RunDirectory other = RunDirectory.create(UID, PID);
        assertNotEquals(directory.statusSocket(), other.statusSocket());
        other.close();
        assertTrue(Files.exists(path));
    }

    @Test
    void itGoesWithAllThatIsInIt() throws IOException {
        Files.createFile(directory.statusSocket());
        Files.writeString(path.resolve("crash-17"), "x");
        directory.close();
        assertFalse(Files.exists(path));
        directory.close();
    }

    @Test
    void whatAKilledDaemonLeftIsRemovedByTheNext() throws Exception {
        Path abandoned = folder("orcinus-" + UID + "-" + pidOfADeadProcess() + "-0");
        createAnother();
        assertFalse(Files.exists(abandoned));
    }

    @Test
    void whatCannotBeRemovedKeepsNoDaemonFromStarting() throws Exception {
        Path abandoned = folder("orcinus-" + UID + "-" + pidOfADeadProcess() + "-0");
        Path inner = Files.createDirectory(abandoned.resolve("folder"));
        Path file = Files.createFile(inner.resolve("file"));
        createAnother();
        Files.deleteIfExists(file);
        Files.deleteIfExists(inner);
    }

    @Test
    void thatOfADaemonThatRunsStays() throws IOException {
        Path running = folder("orcinus-" + UID + "-" + PID + "-running");
        createAnother();
        assertTrue(Files.exists(running.resolve("crash-1")));
    }

    @Test
    void namesOfOtherUsersAndOtherFormsStay() throws Exception {
        long dead = pidOfADeadProcess();
        Path other = folder("orcinus-" + (UID + 1) + "-" + dead + "-0");
        Path noNumber = folder("orcinus-" + UID + "-x" + dead + "-0");
        Path noDaemon = folder("orcinus-" + UID + "-");
        Path noFolder = Files.createFile(base.resolve("orcinus-" + UID + "-" + dead + "-f"));
        made.add(noFolder);
        createAnother();
        for (Path kept : List.of(other, noNumber, noDaemon, noFolder)) {
            assertTrue(Files.exists(kept), kept.toString());
        }
    }

    @Test
    void aLinkWithSuchANameIsNotFollowed() throws Exception {
        Path target = folder("not-orcinus-" + PID);
        Path link = base.resolve("orcinus-" + UID + "-" + pidOfADeadProcess() + "-link");
        made.add(Files.createSymbolicLink(link, target));
        createAnother();
        assertTrue(Files.exists(target.resolve("crash-1")));
        assertTrue(Files.exists(link, LinkOption.NOFOLLOW_LINKS));
    }

    @Test
    void aForeignFolderWithSuchANameStays() throws Exception {
        assumeTrue(UID == 0, "only root can make another user's folder");
        Path foreign = folder("orcinus-0-" + pidOfADeadProcess() + "-0");
        Files.setAttribute(foreign, "unix:uid", 65534);
        createAnother();
        assertTrue(Files.exists(foreign.resolve("crash-1")));
    }

    @Test
    void statusSocketsAreThoseOfDaemonsThatRun() throws Exception {
        assertFalse(RunDirectory.statusSockets(UID).contains(directory.statusSocket()));
        Files.createFile(directory.statusSocket());
        Path dead = folder("orcinus-" + UID + "-" + pidOfADeadProcess() + "-0").resolve("status");
        Files.createFile(dead);
        List<Path> sockets = RunDirectory.statusSockets(UID);
        assertTrue(sockets.contains(directory.statusSocket()), sockets.toString());
        assertFalse(sockets.contains(dead), sockets.toString());
    }
}
