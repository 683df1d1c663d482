package dev.orcinus.platform.linux.launch;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.orcinus.bindings.foreign.ErrnoState;
import dev.orcinus.bindings.posix.Unistd;
import dev.orcinus.platform.linux.Processor;
import dev.orcinus.platform.spi.HostCallException;
import dev.orcinus.platform.spi.guest.LauncherBuild;
import dev.orcinus.platform.spi.host.HostChannel;
import dev.orcinus.platform.spi.host.HostChannels.Listener;
import dev.orcinus.platform.spi.host.HostProvider;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests what the launcher says to a daemon, and what it does when it is answered, or is not. */
@Timeout(60)
final class LauncherLineTest {
    private static final LauncherBuild BUILD = new LauncherBuild("0123456789abcdef");
    private static final int COLD_STATUS = 9;

    /** More than a process takes to execute a program while others need the processors. */
    private static final int PATIENCE_MILLIS = 3_000;

    /** A launcher that says nothing for a second is not listened to either. */
    private static final long LONGEST_PAUSE_NANOS = 800_000_000;

    @TempDir private Path folder;
    private Path launcher;
    private Listener listener;
    private Process process;

    /** A process that has ended. */
    private record Ended(int status, String output) {}

    @BeforeEach
    void listen() throws Exception {
        Path script = folder.resolve("script");
        Files.writeString(script, "#!/bin/sh\necho cold \"$@\"\nexit " + COLD_STATUS + "\n");
        launcher = folder.resolve("launcher");
        Processor own = Processor.named(System.getProperty("os.arch")).orElseThrow();
        Files.write(launcher, LauncherFile.write(own, BUILD, script.toString()));
        for (Path file : List.of(script, launcher)) {
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
        }
        Path place = Files.createDirectories(folder.resolve("orcinus/" + BUILD.text()));
        listener =
                HostProvider.current()
                        .channels()
                        .listen(UnixDomainSocketAddress.of(place.resolve("launch")));
    }

    @AfterEach
    void end() {
        listener.close();
        if (process != null) {
            process.destroyForcibly();
        }
    }

    private void start(String... arguments) throws IOException {
        start(new ProcessBuilder(), arguments);
    }

    /**
     * Starts the launcher in an environment that has the run-time folder, and no other settings.
     */
    private void start(ProcessBuilder builder, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(launcher.toString()));
        command.addAll(List.of(arguments));
        builder.command(command).redirectErrorStream(true);
        builder.environment().remove("CI");
        builder.environment().remove("ORCINUS_DAEMON");
        builder.environment().put("XDG_RUNTIME_DIR", folder.toString());
        process = builder.start();
    }

    private Ended finish() throws IOException, InterruptedException {
        String output = new String(process.getInputStream().readAllBytes(), UTF_8);
        return new Ended(process.waitFor(), output);
    }

    private LinuxLaunch receive() throws HostCallException {
        HostChannel connection = listener.accept();
        assertNotNull(connection);
        Processor own = Processor.named(System.getProperty("os.arch")).orElseThrow();
        return LinuxLaunch.receive(own, connection, BUILD);
    }

    private void requireCold(String... arguments) throws Exception {
        assertEquals(
                new Ended(COLD_STATUS, "cold --cold " + String.join(" ", arguments) + "\n"),
                finish());
    }

    @Test
    void itSaysWhatTheProcessHas() throws Exception {
        ProcessBuilder builder = new ProcessBuilder().directory(folder.toFile());
        builder.environment().put("MARK", "a=b");
        builder.environment().put("EMPTY", "");
        start(builder, "run", "ä", "");
        try (LinuxLaunch launch = receive()) {
            assertEquals(process.pid(), launch.pid());
            assertEquals(Optional.of(List.of("run", "ä", "")), launch.arguments());
            assertEquals(Optional.of("a=b"), launch.variable("MARK"));
            assertEquals(Optional.of(""), launch.variable("EMPTY"));
            assertEquals(Optional.empty(), launch.variable("MAR"));
            assertTrue(launch.variables().containsAll(List.of("MARK", "EMPTY")));
            assertTrue(launch.isAlike());
            assertFalse(launch.hasTerminal());
            new PrintStream(launch.errors(), true, UTF_8).print("to its errors\n");
            launch.exit(7);
        }
        assertEquals(new Ended(7, "to its errors\n"), finish());
    }

    @Test
    void itPassesTheDescriptorsOfASession() throws Exception {
        start("filedescs=0,1");
        requireLine(false);
        start("socket:adopt=0");
        requireLine(true);
    }

    /** Says something on the line of a session, in both directions if it has two. */
    private void requireLine(boolean isOne) throws Exception {
        try (LinuxLaunch launch = receive();
                Arena arena = Arena.ofConfined()) {
            process.getOutputStream().write('a');
            process.getOutputStream().flush();
            MemorySegment read = arena.allocate(8);
            int thereOut = isOne ? 0 : 1;
            try (HostChannel line = launch.takeLine(0, thereOut)) {
                assertEquals(
                        isOne ? "descriptors 0 and 0" : "descriptors 0 and 1", line.describe());
                assertEquals(1, line.read(read));
                assertEquals('a', read.get(JAVA_BYTE, 0));
                if (!isOne) {
                    line.write(arena.allocateFrom(JAVA_BYTE, (byte) 'b'));
                }
            }
            assertThrows(HostCallException.class, () -> launch.takeLine(0, thereOut));
            launch.exit(7);
        }
        assertEquals(new Ended(7, isOne ? "" : "b"), finish());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "filedescs=",
                "filedescs=1",
                "filedescs=1,",
                "filedescs=1,2,",
                "filedescs=x,1",
                "socket:adopt=",
                "socket:adopt=x",
                "socket:adopt=1,1",
                "socket:adopt=1234567",
                "socket:adopt",
                "listen=0",
                "inspect"
            })
    void whatNoDaemonServesIsLeftToAJvm(String argument) throws Exception {
        start(argument);
        requireCold(argument);
    }

    @Test
    void itsFolderAndMaskAreThoseOfTheThreadThatEntersThem() throws Exception {
        Path below = Files.createDirectory(folder.resolve("below"));
        Files.writeString(below.resolve("file"), "content");
        start(new ProcessBuilder().directory(below.toFile()), "run");
        try (LinuxLaunch launch = receive()) {
            List<String> found = new ArrayList<>();
            Thread thread =
                    Thread.ofPlatform()
                            .start(
                                    () -> {
                                        try {
                                            launch.enterFolder();
                                            found.add(Files.readString(Path.of("file")));
                                            found.add(launch.folder().toString());
                                        } catch (HostCallException | IOException e) {
                                            found.add(e.toString());
                                        }
                                    });
            thread.join();
            assertEquals(List.of("content", below.toRealPath().toString()), found);
            assertFalse(Files.exists(Path.of("file")), "other threads stay where they are");
            launch.exit(0);
        }
        assertEquals(new Ended(0, ""), finish());
    }

    @Test
    void whoIsNotServedStartsAJvm() throws Exception {
        start("run", "a", "b");
        receive().close();
        requireCold("run", "a", "b");
    }

    /** Nothing of the process is left with that daemon, such as a pipe that somebody reads. */
    @Test
    void nobodyWaitsForADaemonThatDoesNotAnswer() throws Exception {
        start("run");
        requireCold("run");
    }

    @ParameterizedTest
    @ValueSource(strings = {"B", "AX\0\1\0\0\0\0\0", "AY\0\10\0\0\0\0\0", "AX\0\10\0\0\0\0\0"})
    void anAnswerThatItDoesNotKnowLeavesAllToAJvm(String answer) throws Exception {
        start("run");
        try (HostChannel connection = listener.accept();
                Arena arena = Arena.ofConfined()) {
            byte[] bytes = answer.getBytes(ISO_8859_1);
            connection.write(arena.allocateFrom(JAVA_BYTE, bytes));
        }
        requireCold("run");
    }

    @Test
    void aLauncherThatCannotExecuteStartsAJvm() throws Exception {
        start("run", "x", "y");
        try (LinuxLaunch launch = receive()) {
            byte[] missing = folder.resolve("missing").toString().getBytes(UTF_8);
            assertThrows(
                    HostCallException.class,
                    () -> launch.execute(2, 100, 1, missing, "name".getBytes(UTF_8)));
            assertFalse(launch.isWaiting());
            launch.errors().write("nobody hears this".getBytes(UTF_8));
        }
        requireCold("run", "x", "y");
    }

    /** The program is a shell, whose script is the last argument of the launcher. */
    @Test
    void itExecutesAProgramWithANameAndItsLastArguments() throws Exception {
        start("run", "-c", "echo $0 $1 $(readlink /proc/self/fd/150)", "zero", "one");
        Path passed = Files.createFile(folder.resolve("passed"));
        try (LinuxLaunch launch = receive();
                FileInputStream open = new FileInputStream(passed.toFile())) {
            byte[] shell = "/bin/sh".getBytes(UTF_8);
            assertTrue(launch.execute(descriptor(open), 150, 4, shell, "a name".getBytes(UTF_8)));
        }
        assertEquals(new Ended(0, "zero one " + passed.toRealPath() + "\n"), finish());
    }

    /** A descriptor that comes under the number which it is to have would end with the launcher. */
    @Test
    void aMailboxThatHasItsNumberAlreadyIsLeftToAJvm() throws Exception {
        start("run", "-c", "true");
        Path passed = Files.createFile(folder.resolve("passed"));
        try (LinuxLaunch launch = receive();
                FileInputStream open = new FileInputStream(passed.toFile())) {
            byte[] shell = "/bin/sh".getBytes(UTF_8);
            int number = firstFree(process.pid());
            assertThrows(
                    HostCallException.class,
                    () -> launch.execute(descriptor(open), number, 2, shell, new byte[] {'n'}));
        }
        requireCold("run", "-c", "true");
    }

    /** Returns the number that a process gives to the next file that it opens. */
    private static int firstFree(long pid) {
        int number = 0;
        while (Files.exists(Path.of("/proc/" + pid + "/fd/" + number), LinkOption.NOFOLLOW_LINKS)) {
            number++;
        }
        return number;
    }

    private SocketChannel connect() throws IOException {
        Path place = folder.resolve("orcinus/" + BUILD.text() + "/launch");
        return SocketChannel.open(UnixDomainSocketAddress.of(place));
    }

    /** It would keep a thread of the daemon for ever. */
    @Test
    void whoDoesNotExecuteIsNotWaitedFor() throws Exception {
        try (SocketChannel silent = connect();
                HostChannel connection = listener.accept();
                LaunchLine line = new LaunchLine(connection, 1)) {
            assertEquals(ProcessHandle.current().pid(), line.pid());
            HostCallException failure =
                    assertThrows(HostCallException.class, () -> execute(line, "/bin/true"));
            assertTrue(failure.getMessage().contains("does not execute it"), failure.getMessage());
            assertTrue(silent.isConnected());
        }
    }

    private static void execute(LaunchLine line, String path) throws HostCallException {
        line.execute(2, 150, 0, path.getBytes(UTF_8), new byte[] {'n'});
    }

    @Test
    void whoIsStoppedIsWaitedFor() throws Exception {
        start("run");
        try (HostChannel connection = listener.accept();
                LaunchLine line = new LaunchLine(connection, PATIENCE_MILLIS)) {
            line.greet();
            long number = LauncherFile.number(BUILD.id());
            List<Integer> descriptors = new ArrayList<>();
            LaunchMessage.receive(connection, number, descriptors);
            descriptors.forEach(fd -> Unistd.close(ErrnoState.IGNORED, fd));
            signal("STOP");
            CompletableFuture<Void> executes = CompletableFuture.runAsync(() -> executeTrue(line));
            assertThrows(
                    TimeoutException.class,
                    () -> executes.get(2 * PATIENCE_MILLIS, TimeUnit.MILLISECONDS));
            signal("CONT");
            executes.get();
        }
        assertEquals(new Ended(0, ""), finish());
    }

    private static void executeTrue(LaunchLine line) {
        try {
            execute(line, "/bin/true");
        } catch (HostCallException e) {
            throw new AssertionError(e);
        }
    }

    private void signal(String name) throws Exception {
        String pid = Long.toString(process.pid());
        assertEquals(0, new ProcessBuilder("/bin/kill", "-" + name, pid).start().waitFor());
    }

    /** Each byte comes in time, but there are millions. */
    @Test
    void whoSpeaksTooSlowlyIsNotListenedTo() throws Exception {
        try (SocketChannel slow = connect();
                HostChannel connection = listener.accept()) {
            long number = LauncherFile.number(BUILD.id());
            ByteBuffer head = ByteBuffer.allocate(24).order(ByteOrder.nativeOrder());
            slow.write(head.putLong(number).putInt(8 << 20).putInt(1).putInt(0).putInt(0).flip());
            CompletableFuture<HostCallException> listens =
                    CompletableFuture.supplyAsync(
                            () ->
                                    assertThrows(
                                            HostCallException.class,
                                            () ->
                                                    LaunchMessage.receive(
                                                            connection, number, List.of())));
            long longestPause = speakSlowly(slow, listens);
            String failure = listens.get().getMessage();
            assumeTrue(longestPause < LONGEST_PAUSE_NANOS, "the processors are too busy");
            assertTrue(failure.contains("a launcher speaks too slowly"), failure);
        }
    }

    /** Returns the longest time between two bytes, in nanoseconds. */
    private static long speakSlowly(SocketChannel slow, CompletableFuture<?> listens)
            throws Exception {
        long begin = System.nanoTime();
        long last = begin;
        long longestPause = 0;
        while (!listens.isDone()) {
            slow.write(ByteBuffer.wrap(new byte[] {'a'}));
            long now = System.nanoTime();
            assertTrue(now - begin < 20_000_000_000L, "it still listens");
            longestPause = Math.max(longestPause, now - last);
            last = now;
            Thread.sleep(100);
        }
        return longestPause;
    }

    /** Finds the descriptor of a file in this process. */
    private static int descriptor(FileInputStream open) throws IOException {
        assertNotNull(open.getFD());
        try (Stream<Path> all = Files.list(Path.of("/proc/self/fd"))) {
            for (Path each : all.toList()) {
                try {
                    if (Files.readSymbolicLink(each).endsWith("passed")) {
                        return Integer.parseInt(each.getFileName().toString());
                    }
                } catch (NoSuchFileException closed) {
                    // the descriptor of the folder
                }
            }
        }
        throw new AssertionError("no descriptor");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"ORCINUS_DAEMON=off", "CI=true", "XDG_RUNTIME_DIR=", "XDG_RUNTIME_DIR=x"})
    void whoWantsNoDaemonAsksNone(String setting) throws Exception {
        startWith(setting);
        requireCold("run");
        start("run");
        try (LinuxLaunch launch = receive()) {
            assertEquals(process.pid(), launch.pid(), "the first one has not asked");
        }
        requireCold("run");
    }

    @Test
    void whoAsksForADaemonInAJobGetsIt() throws Exception {
        startWith("CI=true", "ORCINUS_DAEMON=on");
        try (LinuxLaunch launch = receive()) {
            launch.exit(3);
        }
        assertEquals(new Ended(3, ""), finish());
    }

    /** Starts the launcher with no more in its environment than the run-time folder. */
    private void startWith(String... settings) throws IOException {
        List<String> command = new ArrayList<>(List.of("/usr/bin/env", "-i"));
        command.add("XDG_RUNTIME_DIR=" + folder);
        command.addAll(List.of(settings));
        command.addAll(List.of(launcher.toString(), "run"));
        process = new ProcessBuilder(command).redirectErrorStream(true).start();
    }

    /** The same code for AArch64, where qemu runs it. */
    @Test
    void theLauncherForAArch64DoesTheSame() throws Exception {
        Path qemu =
                Path.of(
                        System.getProperty("user.home"),
                        ".cache/orcinus/arm64-jdk/qemu/usr/bin/qemu-aarch64");
        assumeTrue(Files.isExecutable(qemu), "no qemu; tests/arm64/install.sh installs one");
        String script = folder.resolve("script").toString();
        Files.write(launcher, LauncherFile.write(Processor.AARCH64, BUILD, script));
        startBy(qemu, "run", "a");
        try (LinuxLaunch launch = receive()) {
            assertEquals(Optional.of(List.of("run", "a")), launch.arguments());
            assertEquals(Optional.of(folder.toString()), launch.variable("XDG_RUNTIME_DIR"));
            launch.exit(7);
        }
        assertEquals(new Ended(7, ""), finish());
        startBy(qemu, "run", "-c", "echo $0 $1", "zero", "one");
        try (LinuxLaunch launch = receive()) {
            byte[] shell = "/bin/sh".getBytes(UTF_8);
            assertTrue(launch.execute(2, 150, 4, shell, "a name".getBytes(UTF_8)));
        }
        assertEquals(new Ended(0, "zero one\n"), finish());
        startBy(qemu, "run", "b");
        receive().close();
        requireCold("run", "b");
        startBy(qemu, "filedescs=0,1");
        requireLine(false);
        startBy(qemu, "socket:adopt=0");
        requireLine(true);
        startBy(qemu, "socket:adopt=x");
        requireCold("socket:adopt=x");
    }

    private void startBy(Path emulator, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of("/usr/bin/env", "-i"));
        command.add("XDG_RUNTIME_DIR=" + folder);
        command.addAll(List.of(emulator.toString(), launcher.toString()));
        command.addAll(List.of(arguments));
        process = new ProcessBuilder(command).redirectErrorStream(true).start();
    }

    @ParameterizedTest
    @ValueSource(strings = {"<&-", ">&-", "2>&-"})
    void aClosedStandardStreamIsLeftToAJvm(String redirection) throws Exception {
        process =
                new ProcessBuilder(
                                "/bin/sh",
                                "-c",
                                "unset CI ORCINUS_DAEMON; XDG_RUNTIME_DIR=$1 $2 run " + redirection,
                                "sh",
                                folder.toString(),
                                launcher.toString())
                        .start();
        assertEquals(COLD_STATUS, finish().status(), redirection);
    }
}
