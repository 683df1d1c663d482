package dev.orcinus.daemon;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.orcinus.platform.spi.host.HostProcess;
import dev.orcinus.platform.spi.host.HostProvider;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
final class RunDirectoryTest {
    private static final HostProcess PROCESS = HostProvider.current().process();
    private static final int UID = PROCESS.uid();
    private static final long PID = ProcessHandle.current().pid();

    private static final Path SHARED_MEMORY = Path.of("/dev/shm");

    private final List<Path> made = new ArrayList<>();
    private RunDirectory directory;
    private Path path;
    private Path base;

    @BeforeEach
    void create() throws IOException {
        directory = RunDirectory.create(PROCESS);
        path = directory.controlSocket().getParent();
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
        Files.writeString(folder.resolve("file"), "x");
        return folder;
    }

    private void createAnother() throws IOException {
        RunDirectory.create(PROCESS).close();
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
        RunDirectory other = RunDirectory.create(PROCESS);
        assertNotEquals(directory.controlSocket(), other.controlSocket());
        other.close();
        assertTrue(Files.exists(path));
    }

    @Test
    void itGoesWithAllThatIsInIt() throws IOException {
        Files.createFile(directory.controlSocket());
        Files.writeString(path.resolve("other"), "x");
        directory.close();
        assertFalse(Files.exists(path));
        directory.close();
    }

    @Test
    void whatAKilledDaemonLeftIsRemovedByTheNext() throws Exception {
        long dead = pidOfADeadProcess();
        Path abandoned = folder("orcinus-" + UID + "-" + dead + "-0");
        Path memory = SHARED_MEMORY.resolve("orcinus-" + dead + "-0");
        assumeTrue(Files.isWritable(SHARED_MEMORY), "no " + SHARED_MEMORY);
        Files.createFile(memory);
        createAnother();
        assertFalse(Files.exists(abandoned));
        assertFalse(Files.exists(memory));
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
        assertTrue(Files.exists(running.resolve("file")));
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
        assertTrue(Files.exists(target.resolve("file")));
        assertTrue(Files.exists(link, LinkOption.NOFOLLOW_LINKS));
    }

    @Test
    void aForeignFolderWithSuchANameStays() throws Exception {
        assumeTrue(UID == 0, "only root can make another user's folder");
        Path foreign = folder("orcinus-0-" + pidOfADeadProcess() + "-0");
        Files.setAttribute(foreign, "unix:uid", 65534);
        createAnother();
        assertTrue(Files.exists(foreign.resolve("file")));
    }

    @Test
    void controlSocketsAreThoseOfDaemonsThatRun() throws Exception {
        assertNull(RunDirectory.controlSockets(UID).get(PID));
        Files.createFile(directory.controlSocket());
        Path dead = folder("orcinus-" + UID + "-" + pidOfADeadProcess() + "-0").resolve("control");
        Files.createFile(dead);
        Map<Long, Path> sockets = RunDirectory.controlSockets(UID);
        assertEquals(directory.controlSocket(), sockets.get(PID));
        assertFalse(sockets.containsValue(dead), sockets.toString());
    }
}
