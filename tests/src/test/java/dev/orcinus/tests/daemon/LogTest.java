package dev.orcinus.tests.daemon;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.orcinus.jit.Jit;
import dev.orcinus.jit.RemoteJit;
import dev.orcinus.loader.TargetException;
import dev.orcinus.tests.process.Finished;
import dev.orcinus.tests.process.Program;
import java.io.IOException;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Tests that a daemon goes on, and ends, whatever becomes of its log. */
@Timeout(240)
final class LogTest {
    private static final int PIPE_BYTES = 64 << 10;

    @TempDir Path folder;

    /** Starts a daemon whose standard error is a file that is given to the shell. */
    private Program start(Path errors) {
        List<String> command = new ArrayList<>();
        command.addAll(List.of("sh", "-c", "errors=$1; shift; exec \"$@\" 2>>\"$errors\"", "sh"));
        command.add(errors.toString());
        command.addAll(
                DaemonCommand.of(
                        folder, "serve", "--warm=1", "--grace=500ms", "--listen=unix:" + socket()));
        return Program.start(folder, command);
    }

    private Path socket() {
        return folder.resolve("listen");
    }

    private void useTwice() throws Exception {
        Program.await(() -> Files.exists(socket()), "the daemon listens");
        for (int i = 0; i < 2; i++) {
            try (RemoteJit jit = connect()) {
                assertNotNull(jit.createDylib("library").address("getpid"));
            }
        }
    }

    /** Connects; the file is there a moment before the daemon listens. */
    private RemoteJit connect() throws InterruptedException {
        for (int i = 0; i < 1000; i++) {
            try {
                return Jit.connect(socket());
            } catch (TargetException e) {
                Thread.sleep(50);
            }
        }
        return Jit.connect(socket());
    }

    private static Finished terminate(Program daemon) throws InterruptedException {
        DaemonProcess.signal(daemon.pid(), "TERM");
        return daemon.finish();
    }

    @Test
    void aFullDisk() throws Exception {
        Path full = Path.of("/dev/full");
        assumeTrue(Files.isWritable(full), "no /dev/full, a file that is always full");
        try (Program daemon = start(full)) {
            useTwice();
            Finished end = terminate(daemon);
            assertEquals(0, end.status(), end::toString);
        }
    }

    /** The disk is full when the daemon starts, and is not any more later. */
    @Test
    void aDiskThatHasRoomAgain() throws Exception {
        Path disk = mountSmallDisk();
        try {
            Path filler = disk.resolve("filler");
            fill(filler);
            Path log = Files.createFile(disk.resolve("log"));
            try (Program daemon = start(log)) {
                useTwice();
                assertEquals(0, Files.size(log));
                Files.delete(filler);
                Finished end = terminate(daemon);
                assertEquals(0, end.status(), end::toString);
            }
            List<String> lines = Files.readAllLines(log);
            assertTrue(
                    lines.getFirst()
                            .matches(
                                    "orcinus: \\d+ lines of the log are lost: they could not be"
                                            + " written"),
                    lines::toString);
            assertEquals("orcinus: ended", lines.getLast());
        } finally {
            run("umount", disk.toString());
        }
    }

    private Path mountSmallDisk() throws Exception {
        Path disk = Files.createDirectory(folder.resolve("disk"));
        Finished mounted = run("mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", disk.toString());
        assumeTrue(mounted.status() == 0, "no right to mount a small disk: " + mounted.errors());
        return disk;
    }

    private Finished run(String... command) throws InterruptedException {
        try (Program program = Program.start(folder, List.of(command))) {
            return program.finish();
        }
    }

    private static void fill(Path file) throws IOException {
        try (OutputStream out = Files.newOutputStream(file)) {
            while (true) {
                out.write(new byte[1024]);
            }
        } catch (IOException full) {
            assertTrue(full.getMessage().contains("No space left"), full.getMessage());
        }
    }

    @Test
    void aPipeThatIsFullAndThatNobodyReads() throws Exception {
        Path fifo = folder.resolve("fifo");
        assertEquals(0, run("mkfifo", fifo.toString()).status());
        try (RandomAccessFile pipe = new RandomAccessFile(fifo.toFile(), "rw")) {
            pipe.write(new byte[PIPE_BYTES]);
            try (Program daemon = start(fifo)) {
                useTwice();
                Finished end = terminate(daemon);
                assertEquals(0, end.status(), end::toString);
            }
        }
    }
}
