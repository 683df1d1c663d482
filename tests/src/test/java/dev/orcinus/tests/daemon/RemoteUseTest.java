package dev.orcinus.tests.daemon;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.orcinus.jit.Credentials;
import dev.orcinus.jit.Jit;
import dev.orcinus.jit.RemoteDylib;
import dev.orcinus.jit.RemoteJit;
import dev.orcinus.loader.TargetException;
import dev.orcinus.tests.executor.ExecutorCommand;
import dev.orcinus.tests.llvm.Fixtures;
import dev.orcinus.tests.llvm.Llvm;
import dev.orcinus.tests.llvm.OrcRuntime;
import dev.orcinus.tests.process.Finished;
import dev.orcinus.tests.process.Program;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Tests a daemon that wants a token: our loader, {@code connect}, LLVM's controllers through it.
 */
@Timeout(240)
final class RemoteUseTest {
    private static final String TOKEN = "8e1b3f0c5d7a94e2b6c8d0f1a3957e64";
    private static final Pattern CERTIFICATE =
            Pattern.compile(
                    "orcinus: clients need the token of .*; the certificate is (SHA256:\\w+)");

    /** The certificate of all tests, because to make one takes a second. */
    @TempDir static Path settings;

    @TempDir Path folder;
    private Path token;
    private Path wrongToken;

    @BeforeEach
    void writeSecrets() throws IOException {
        Path certificate = settings.resolve("server.p12");
        if (Files.exists(certificate)) {
            Files.createDirectories(certificate().getParent());
            Files.copy(certificate, certificate());
        }
        token = write("token", TOKEN + "\n");
        wrongToken = write("wrong-token", "0" + TOKEN);
    }

    private Path certificate() {
        return folder.resolve("config/orcinus/server.p12");
    }

    @AfterEach
    void keepTheCertificate() throws IOException {
        Path kept = settings.resolve("server.p12");
        if (Files.exists(certificate()) && !Files.exists(kept)) {
            Files.copy(certificate(), kept);
        }
    }

    private Path write(String name, String text) throws IOException {
        Path file = Files.writeString(folder.resolve(name), text);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        return file;
    }

    private DaemonProcess start(String... options) throws InterruptedException {
        return DaemonProcess.start(
                folder,
                Stream.concat(Stream.of("--token-file=" + token, "--warm=1"), Stream.of(options))
                        .toArray(String[]::new));
    }

    private static String address(DaemonProcess daemon) {
        return "127.0.0.1:" + daemon.address().getPort();
    }

    private Credentials credentials(Path file) {
        return Credentials.ofTokenFile(file).withKnownHosts(folder.resolve("known"));
    }

    private RemoteJit connect(DaemonProcess daemon, Credentials credentials) {
        return Jit.connect("127.0.0.1", daemon.address().getPort(), credentials);
    }

    private String refusal(DaemonProcess daemon, Credentials credentials) {
        return assertThrows(TargetException.class, () -> connect(daemon, credentials).close())
                .getMessage();
    }

    /** Starts {@code connect} with nothing to read. */
    private Program relay(DaemonProcess daemon, Path tokenFile) {
        return DaemonProcess.program(
                folder, "connect", address(daemon), "--token-file=" + tokenFile);
    }

    private String relayFailure(DaemonProcess daemon, Path tokenFile) throws InterruptedException {
        try (Program relay = relay(daemon, tokenFile)) {
            Finished end = relay.finish();
            assertEquals(1, end.status(), end::toString);
            assertEquals("", end.output());
            return end.errors();
        }
    }

    private static void awaitRefusal(DaemonProcess daemon, String reason)
            throws InterruptedException {
        daemon.awaitLog(
                Pattern.compile("orcinus: refused 127\\.0\\.0\\.1:\\d+: " + Pattern.quote(reason)));
    }

    @Test
    void ourLoaderLoadsAndCalls() throws Exception {
        try (DaemonProcess daemon = start()) {
            try (RemoteJit jit = connect(daemon, credentials(token))) {
                RemoteDylib dylib = jit.createDylib("test");
                dylib.add(Fixtures.get("jit/arithmetic.o"));
                assertEquals(77, dylib.run("main", List.of("program", "77")));
                String status = daemon.status().output();
                assertTrue(
                        status.contains(
                                " on " + address(daemon) + " (token, TLS; 0 refused): 1 session\n"),
                        status);
                assertTrue(status.contains(" by token, TLS 1.3\n"), status);
            }
            assertEquals("the controller left", daemon.awaitEnd(1));
            assertEquals(0, daemon.terminate().status());
        }
    }

    @Test
    void whoDoesNotKnowTheTokenGetsNoSession() throws Exception {
        try (DaemonProcess daemon = start()) {
            assertEquals(
                    "the token was refused by " + address(daemon),
                    refusal(daemon, credentials(wrongToken)));
            awaitRefusal(daemon, "it does not know the token");
            assertEquals(
                    "orcinus: the token was refused by " + address(daemon) + "\n",
                    relayFailure(daemon, wrongToken));
            try (Socket plain = daemon.connectRaw()) {
                plain.getOutputStream().write(new byte[32]);
                assertEquals(-1, plain.getInputStream().read());
            }
            awaitRefusal(
                    daemon,
                    "it does not speak TLS; 'orcinus connect' does for controllers of LLVM");
            String status = daemon.status().output();
            assertTrue(status.contains(" (token, TLS; 3 refused): 0 sessions\n"), status);
            assertFalse(daemon.log().contains(") begins"), daemon.log());
        }
    }

    @Test
    void aDaemonIsRecognisedByItsCertificate() throws Exception {
        String first;
        String port;
        try (DaemonProcess daemon = start()) {
            port = Integer.toString(daemon.address().getPort());
            first = daemon.awaitLog(CERTIFICATE).group(1);
            connect(daemon, credentials(token)).close();
            connect(daemon, credentials(token).withFingerprint(first)).close();
            String other = "SHA256:" + "0".repeat(64);
            assertEquals(
                    address(daemon)
                            + "'s certificate has the fingerprint "
                            + first
                            + ", expected "
                            + other,
                    refusal(daemon, credentials(token).withFingerprint(other)));
            daemon.terminate();
        }
        try (DaemonProcess again = start("--listen=127.0.0.1:" + port)) {
            assertEquals(first, again.awaitLog(CERTIFICATE).group(1));
            connect(again, credentials(token)).close();
            again.terminate();
        }
        Files.delete(certificate());
        try (DaemonProcess changed = start("--listen=127.0.0.1:" + port)) {
            String second = changed.awaitLog(CERTIFICATE).group(1);
            String message = refusal(changed, credentials(token));
            assertTrue(
                    message.matches(
                            Pattern.quote(address(changed))
                                    + "'s certificate has changed since \\d{4}-\\d\\d-\\d\\d:"
                                    + " fingerprint "
                                    + second
                                    + ", expected "
                                    + first
                                    + "\\. If that is right, .*"),
                    message);
            assertFalse(changed.log().contains(") begins"), changed.log());
        }
    }

    @Test
    void aDaemonWithoutTokenIsNamed() throws Exception {
        try (DaemonProcess daemon = DaemonProcess.start(folder, "--warm=0")) {
            String expected =
                    address(daemon)
                            + " does not speak TLS: is it an executor of LLVM, or a daemon without"
                            + " --token-file?";
            assertEquals(expected, refusal(daemon, credentials(token)));
            assertEquals("orcinus: " + expected + "\n", relayFailure(daemon, token));
        }
    }

    @Test
    void filesThatOthersMayReadAreRefused() throws Exception {
        Files.setPosixFilePermissions(token, PosixFilePermissions.fromString("rw-r--r--"));
        String expected =
                "orcinus: "
                        + token
                        + " can be used by other users: run 'chmod 600 "
                        + token
                        + "'\n";
        for (String command : List.of("serve", "connect 127.0.0.1:1")) {
            List<String> words = new ArrayList<>(List.of(command.split(" ", -1)));
            words.add("--token-file=" + token);
            try (Program program = DaemonProcess.program(folder, words.toArray(String[]::new))) {
                Finished end = program.finish();
                assertEquals(1, end.status(), end::toString);
                assertEquals(expected, end.errors());
            }
        }
    }

    @Test
    void aRelayEndsWithItsController() throws Exception {
        try (DaemonProcess daemon = start();
                Program relay = relay(daemon, token)) { // its input ends at once
            Finished end = relay.finish();
            assertEquals(0, end.status(), end::toString);
            assertEquals("", end.errors());
            assertEquals("the controller left", daemon.awaitEnd(1));
        }
    }

    /** Starts {@code connect} with an input that does not end. */
    private Program waitingRelay(DaemonProcess daemon, Path fifo) {
        return Program.start(
                folder,
                DaemonCommand.of(folder, "connect", address(daemon), "--token-file=" + token),
                fifo.toFile());
    }

    private Path fifo() throws InterruptedException {
        Path fifo = folder.resolve("fifo");
        try (Program mkfifo = Program.start(folder, List.of("mkfifo", fifo.toString()))) {
            assertEquals(0, mkfifo.finish().status());
        }
        return fifo;
    }

    @Test
    void aRelaySaysThatTheDaemonHasEnded() throws Exception {
        Path fifo = fifo();
        try (DaemonProcess daemon = start();
                RandomAccessFile _ = new RandomAccessFile(fifo.toFile(), "rw");
                Program relay = waitingRelay(daemon, fifo)) {
            daemon.awaitBegin();
            assertEquals(0, daemon.terminate().status());
            Finished end = relay.finish();
            assertEquals(1, end.status(), end::toString);
            assertEquals("orcinus: " + address(daemon) + " has ended the session\n", end.errors());
        }
    }

    @Test
    void aRelayThatIsKilledEndsItsSession() throws Exception {
        Path fifo = fifo();
        try (DaemonProcess daemon = start();
                RandomAccessFile _ = new RandomAccessFile(fifo.toFile(), "rw");
                Program relay = waitingRelay(daemon, fifo)) {
            Matcher begins = daemon.awaitBegin();
            DaemonProcess.signal(relay.pid(), "KILL");
            daemon.awaitEnd(1);
            Traces.assertNone(Long.parseLong(begins.group(2)));
        }
    }

    /** Of the same user, it could read the file; but nothing of it is in its process. */
    @Test
    void theGuestHasNeitherTokenNorKeyInItsProcess() throws Exception {
        try (DaemonProcess daemon = start();
                RemoteJit jit = connect(daemon, credentials(token))) {
            assertNotNull(jit.createDylib("test").address("getpid"));
            Path guest = Path.of("/proc", daemon.awaitBegin().group(2));
            assertFalse(isReadable(guest, TOKEN), "the token is in the guest's memory");
            assertTrue(isReadable(guest, "ORCINUS_GUEST"), "the test does not find what is there");
            try (Stream<Path> descriptors = Files.list(guest.resolve("fd"))) {
                for (Path descriptor : descriptors.toList()) {
                    String target = Files.readSymbolicLink(descriptor).toString();
                    assertFalse(target.contains("token") || target.contains("server.p12"), target);
                    assertFalse(target.startsWith("socket:"), target);
                }
            }
        }
    }

    /** Returns whether a text is in the memory of a process, where that can be read. */
    private static boolean isReadable(Path process, String text) throws IOException {
        try (RandomAccessFile memory = new RandomAccessFile(process.resolve("mem").toFile(), "r")) {
            for (String line : Files.readAllLines(process.resolve("maps"))) {
                String[] range = line.split("[- ]", 4);
                if (range[2].startsWith("r") && !line.endsWith("[vsyscall]")) {
                    long begin = Long.parseUnsignedLong(range[0], 16);
                    long size = Long.parseUnsignedLong(range[1], 16) - begin;
                    if (contains(memory, begin, Math.min(size, 64L << 20), text)) {
                        return true;
                    }
                }
            }
            return false;
        }
    }

    private static boolean contains(RandomAccessFile memory, long begin, long size, String text) {
        byte[] bytes = new byte[(int) size];
        try {
            memory.seek(begin);
            memory.readFully(bytes);
        } catch (IOException e) {
            return false; // a page that is not there
        }
        return new String(bytes, StandardCharsets.ISO_8859_1).contains(text);
    }

    /** Writes an executor that LLVM's tools can start; they give it {@code filedescs=} only. */
    private Path wrapper(DaemonProcess daemon, boolean byVariables) throws IOException {
        String java = quoted(byVariables ? List.of() : List.of("connect", address(daemon)));
        String text =
                byVariables
                        ? """
                        #!/bin/sh
                        export XDG_CONFIG_HOME=%s ORCINUS_CONNECT=%s ORCINUS_TOKEN_FILE=%s
                        exec %s "$@"
                        """
                                .formatted(folder.resolve("config"), address(daemon), token, java)
                        : """
                        #!/bin/sh
                        export XDG_CONFIG_HOME=%s
                        exec %s --token-file %s "$@"
                        """
                                .formatted(folder.resolve("config"), java, token);
        Path script = Files.writeString(folder.resolve("executor"), text);
        Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwx------"));
        return script;
    }

    private static String quoted(List<String> arguments) {
        return String.join(
                " ",
                ExecutorCommand.of(arguments.toArray(String[]::new)).stream()
                        .map(word -> "'" + word + "'")
                        .toList());
    }

    @ParameterizedTest
    @ValueSource(ints = {19, 20, 21, 22, 23})
    void anUnmodifiedControllerRunsAProgramThroughARelay(int version) throws Exception {
        String tool = new Llvm(version).tool("llvm-jitlink");
        try (DaemonProcess daemon = start();
                Program client =
                        Program.start(
                                folder,
                                List.of(
                                        tool,
                                        "-oop-executor=" + wrapper(daemon, version % 2 == 0),
                                        Fixtures.get("arguments.o").toString(),
                                        "-args",
                                        "a",
                                        "2"))) {
            Finished end = client.finish();
            assertEquals("the controller left", daemon.awaitEnd(1));
            assertEquals(2, end.status(), () -> end + daemon.log());
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {22, 23})
    void aCrashThroughARelayCostsALine(int version) throws Exception {
        Llvm llvm = new Llvm(version);
        String tool = llvm.tool("clang-repl");
        Fixtures.requireCppHeaders();
        Path input =
                Files.writeString(
                        folder.resolve("input"),
                        """
                        extern "C" int printf(const char *, ...);
                        extern "C" int fflush(void *);
                        int n = 1;
                        void store(int *p) { *p = 1; }
                        n = 2; store(nullptr);
                        n += 40;
                        printf("n is %d\\n", n); fflush(nullptr);
                        %quit
                        """);
        try (DaemonProcess daemon = start();
                Program client =
                        Program.start(
                                folder,
                                List.of(
                                        tool,
                                        "--oop-executor=" + wrapper(daemon, version == 23),
                                        "--orc-runtime=" + OrcRuntime.ORCINUS.archive(llvm)),
                                input.toFile())) {
            daemon.awaitOutput("n is 41\n");
            Finished end = client.finish();
            assertEquals(0, end.status(), end::toString);
            assertEquals("the controller left", daemon.awaitEnd(1));
            assertTrue(daemon.log().contains("the state is as before this line"), daemon.log());
        }
    }

    @Test
    void aFingerprintCountsWithTheUsualTokenToo() throws Exception {
        try (DaemonProcess daemon = start()) {
            String right = daemon.awaitLog(CERTIFICATE).group(1);
            String wrong = "SHA256:" + "0".repeat(64);
            Files.move(token, certificate().resolveSibling("token"));
            assertEquals(5, runWith(daemon, right).status());
            Finished refused = runWith(daemon, wrong);
            assertEquals(1, refused.status(), refused::toString);
            assertTrue(refused.errors().contains(", expected " + wrong), refused::errors);
        }
    }

    private Finished runWith(DaemonProcess daemon, String fingerprint) throws InterruptedException {
        String object = Fixtures.get("jit/arithmetic.o").toString();
        try (Program run =
                DaemonProcess.program(
                        folder,
                        "run",
                        "--connect",
                        address(daemon),
                        "--fingerprint",
                        fingerprint,
                        object,
                        "--",
                        "5")) {
            return run.finish();
        }
    }

    @Test
    void aWholeProgramRunsThroughTheCommandLine() throws Exception {
        assumeTrue(System.getProperty("os.name").equals("Linux"), "the daemon is for Linux");
        try (DaemonProcess daemon = start();
                Program run =
                        DaemonProcess.program(
                                folder,
                                "run",
                                "--connect",
                                address(daemon),
                                "--token-file",
                                token.toString(),
                                Fixtures.get("jit/arithmetic.o").toString(),
                                "--",
                                "5")) {
            Finished end = run.finish();
            assertEquals(5, end.status(), end::toString);
        }
    }
}
