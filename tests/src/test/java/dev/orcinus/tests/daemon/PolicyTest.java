package dev.orcinus.tests.daemon;

import static dev.orcinus.tests.daemon.PolicySession.EACCES;
import static dev.orcinus.tests.daemon.PolicySession.ENOMEM;
import static dev.orcinus.tests.daemon.PolicySession.EPERM;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.orcinus.tests.process.Finished;
import dev.orcinus.tests.process.Program;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests that guest code can do what its policy allows, and nothing else. */
@Timeout(value = 180, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class PolicyTest {
    private static final int CRASHED = 128 + 11;
    private static final int CHECKPOINTS = 300;
    private static final int EMFILE = 24;
    private static final int EFBIG = 27;
    private static final int ENOSYS = 38;

    /** Of the daemon; a policy does not allow it. */
    @TempDir private Path folder;

    private Path readable;
    private Path writable;
    private Path secret;

    @BeforeEach
    void makeFiles() throws Exception {
        readable = Files.createDirectory(folder.resolve("readable"));
        Files.writeString(readable.resolve("text"), "text");
        writable = Files.createDirectory(folder.resolve("writable"));
        secret = Files.writeString(folder.resolve("secret"), "secret");
    }

    private PolicySession start(String... lines) throws Exception {
        return PolicySession.start(folder, String.join("\n", lines) + "\n");
    }

    private PolicySession startWithFolders(String kind) throws Exception {
        return start(
                "# a comment",
                "",
                "confine = " + kind,
                "read = system",
                "read = " + readable,
                "write = " + writable);
    }

    private void assertFilesAreRestricted(PolicySession session) throws Exception {
        session.assertAllowed("readFile", readable.resolve("text"));
        session.assertAllowed("listFolder", readable);
        session.assertFails(EACCES, "writeFile", readable.resolve("text"));
        session.assertFails(EACCES, "writeFile", readable.resolve("new"));
        session.assertFails(EACCES, "shorten", readable.resolve("text"));
        session.assertFails(EACCES, "removeFile", readable.resolve("text"));
        session.assertFails(EACCES, "readFile", secret);
        session.assertFails(EACCES, "listFolder", folder);
        session.assertFails(EACCES, "readFileInThread", secret);
        session.assertFails(EACCES, "readFileInChild", secret);
        Path file = writable.resolve("file");
        session.assertAllowed("writeFile", file);
        session.assertAllowed("readFile", file);
        session.assertAllowed("shorten", file);
        session.assertAllowed("makeFolder", writable.resolve("inner"));
        session.assertAllowed("moveFile", file, writable.resolve("inner/file"));
        session.assertAllowed("linkFile", secret, writable.resolve("link"));
        session.assertFails(EACCES, "readFile", writable.resolve("link"));
        assertTrue(
                session.run("moveFile", writable.resolve("inner/file"), folder.resolve("out"))
                        != 0);
        session.assertAllowed("removeFile", writable.resolve("inner/file"));
        session.assertAllowed("removeFile", writable.resolve("link"));
        Files.delete(writable.resolve("inner"));
        session.assertFails(EACCES, "writeFile", folder.resolve("new"));
        session.assertAllowed("writeFile", "/dev/null");
        assertEquals("secret", Files.readString(secret));
    }

    private void assertTheDaemonIsOutOfReach(PolicySession session) {
        long daemon = session.daemon().pid();
        session.assertFails(EPERM, "trace", daemon);
        session.assertFails(EPERM, "readMemory", daemon, "400000");
        session.assertFails(EACCES, "readFile", "/proc/" + daemon + "/mem");
        session.assertFails(EACCES, "readFile", "/proc/" + daemon + "/environ");
        assertTrue(session.run("readFile", "/proc/" + daemon + "/fd/0") != 0);
    }

    @Test
    void withoutAPolicyAllIsAllowed() throws Exception {
        try (PolicySession session = PolicySession.start(folder, "none")) {
            session.assertAllowed("readFile", secret);
            session.assertAllowed("executeFile", "/bin/true");
            session.assertAllowed("internet");
            session.assertAllowed("sendSignal", session.daemon().pid());
            session.assertAllowed("pair");
            String head = lines(session.daemon().status()).getFirst();
            assertTrue(head.endsWith(": 1 session"), head);
        }
    }

    @Test
    void filesBelowOtherFoldersAreOutOfReach() throws Exception {
        try (PolicySession session = startWithFolders("files")) {
            assertFilesAreRestricted(session);
            assertTheDaemonIsOutOfReach(session);
            session.assertAllowed("executeFile", "/bin/true");
            Path program = Files.copy(Path.of("/bin/true"), folder.resolve("program"));
            session.assertFails(EACCES, "executeFile", program);
            session.assertAllowed("internet");
            assertTrue(session.daemon().log().contains(", policy "), session.daemon()::log);
            String head = lines(session.daemon().status()).getFirst();
            assertTrue(
                    head.endsWith(
                            ": 1 session, policy " + folder.resolve("test.policy") + " (files)"),
                    head);
        }
    }

    @Test
    void aStrictPolicyAllowsNoSocketsNoProgramsAndNoOthers() throws Exception {
        int refusal = refusalOf32Bits();
        try (PolicySession session = startWithFolders("strict")) {
            assertFilesAreRestricted(session);
            assertTheDaemonIsOutOfReach(session);
            assertStrict(session, refusal);
        }
    }

    /** Returns what a call of 32 bits ends with: some virtual machines have none, for nobody. */
    private int refusalOf32Bits() throws Exception {
        if (!System.getProperty("os.arch").equals("amd64")) {
            return EPERM;
        }
        try (PolicySession session = PolicySession.start(folder, "none")) {
            return session.run("callOf32Bits") == CRASHED ? CRASHED : EPERM;
        }
    }

    private static void assertStrict(PolicySession session, int refusalOf32Bits) {
        session.assertFails(EPERM, "executeFile", "/bin/true");
        for (String function :
                List.of(
                        "internet",
                        "local",
                        "pair",
                        "socketOfThread",
                        "ring",
                        "sharedSegment",
                        "newNamespace",
                        "cloneNamespace",
                        "terminalInput")) {
            session.assertFails(EPERM, function);
        }
        long daemon = session.daemon().pid();
        session.assertFails(EPERM, "sendSignal", daemon);
        session.assertFails(EPERM, "limitsOfOther", daemon);
        session.assertAllowed("signalOwn");
        session.assertFails(ENOSYS, "unknownCall");
        if (System.getProperty("os.arch").equals("amd64")) {
            session.assertFails(refusalOf32Bits, "callOf32Bits");
            session.assertFails(EPERM, "callOfX32");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"files", "strict"})
    void theNamedPoliciesAllowTheFilesOfTheSystem(String name) throws Exception {
        try (PolicySession session = PolicySession.start(folder, name)) {
            session.assertAllowed("readFile", "/etc/passwd");
            session.assertAllowed("listFolder", "/usr/lib");
            session.assertFails(EACCES, "readFile", secret);
            session.assertFails(EACCES, "writeFile", "/tmp/orcinus-policy-test");
        }
    }

    /** An earlier state of the guest goes on, a copy that has been made under the policy. */
    @ParameterizedTest
    @ValueSource(strings = {"files", "strict"})
    void aGuestThatGoesOnAfterACrashIsRestrictedAsBefore(String kind) throws Exception {
        int refusal = refusalOf32Bits();
        try (PolicySession session = startWithFolders(kind)) {
            session.assertFails(EACCES, "readFile", secret);
            for (int i = 0; i < 3; i++) {
                session.assertFails(CRASHED, "crash");
                assertFilesAreRestricted(session);
                assertTheDaemonIsOutOfReach(session);
            }
            assertTrue(
                    session.daemon().log().contains("guest code crashed: SIGSEGV"),
                    session.daemon()::log);
            if (kind.equals("strict")) {
                assertStrict(session, refusal);
            }
        }
    }

    @Test
    void memoryOfAProcessIsLimited() throws Exception {
        try (PolicySession session = start("memory = 256m")) {
            session.assertAllowed("take", 64);
            session.assertAllowed("allocate", 64);
            session.assertFails(ENOMEM, "take", 300);
            session.assertFails(ENOMEM, "allocate", 300);
            session.assertAllowed("reserve", 100_000); // address space is no memory
            session.assertFails(EPERM, "regain", 2);
            session.assertFails(CRASHED, "crash");
            session.assertFails(ENOMEM, "take", 300);
            session.assertAllowed("take", 64);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"share 300", "takeInChildren 4 90"})
    void memoryOfASessionIsLimited(String code) throws Exception {
        assertEnds("memory = 256m", code, "its policy allows 256 MiB of memory, and its .* KiB");
    }

    @ParameterizedTest
    @ValueSource(strings = {"multiply 20", "multiplyOrphans 20"})
    void processesAreLimited(String code) throws Exception {
        assertEnds("processes = 8", code, "its policy allows 8 processes, and it has \\d+");
    }

    @Test
    void asManyProcessesAsAllowedMayRun() throws Exception {
        try (PolicySession session = start("processes = 8", "time = 1500ms")) {
            runToTheEnd(session, "multiply", "8");
            assertEquals("its policy allows it 1500 ms", session.awaitEnd());
        }
    }

    @Test
    void copiesForCheckpointsAreNoProcessesOfTheSession() throws Exception {
        try (PolicySession session = start("processes = 1")) {
            for (int i = 0; i < CHECKPOINTS; i++) {
                session.assertAllowed("take", 1); // changes the guest, so the next call has its own
            }
            session.assertFails(CRASHED, "crash");
            session.assertAllowed("take", 1);
        }
    }

    /** One of the policies is watched; with the other one the end of the session looks. */
    @ParameterizedTest
    @ValueSource(strings = {"processes = 8", "open-files = 64"})
    void aProcessThatHidesWhoseItIsEndsWithTheSession(String line) throws Exception {
        try (PolicySession session = start(line)) {
            int hidden = session.run("hideOrphan");
            assertTrue(hidden > 1, () -> "error " + hidden);
            Path process = Path.of("/proc/" + hidden);
            session.disconnect();
            var _ = session.awaitEnd();
            Program.await(() -> !Files.exists(process), "the end of what has hidden");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"burn", "burnInChildren"})
    void processorTimeIsLimited(String code) throws Exception {
        assertEnds("cpu = 1s", code, "its policy allows 1 s of processor time, which it has used");
    }

    @Test
    void theTimeOfASessionIsLimited() throws Exception {
        assertEnds("time = 1s", "waitForEver", "its policy allows it 1 s");
    }

    private void assertEnds(String line, String code, String reason) throws Exception {
        try (PolicySession session = start(line)) {
            session.assertAllowed("pair");
            runToTheEnd(session, code.split(" ", -1));
            String end = session.awaitEnd();
            assertTrue(end.matches(reason), end);
            Program.await(() -> session.daemon().guests().isEmpty(), "the end of all processes");
        }
    }

    /** The caller is told of the end of the guest, or of the line, whichever is noticed first. */
    private static void runToTheEnd(PolicySession session, String... words) {
        Object[] arguments = Arrays.copyOfRange(words, 1, words.length);
        try {
            assertNotEquals(0, session.run(words[0], arguments));
        } catch (RuntimeException gone) {
            assertFalse(gone.getMessage().isEmpty());
        }
    }

    @Test
    void theLengthOfFilesIsLimited() throws Exception {
        try (PolicySession session = start("file-size = 1m")) {
            Path file = writable.resolve("long");
            session.assertFails(EFBIG, "fillFile", file);
            assertEquals(1 << 20, Files.size(file));
            session.assertFails(EPERM, "regain", 1);
            session.assertFails(CRASHED, "crash");
            session.assertFails(EFBIG, "fillFile", file);
        }
    }

    @Test
    void openFilesAreLimited() throws Exception {
        try (PolicySession session = start("open-files = 32")) {
            session.assertAllowed("openMany", 8);
            session.assertFails(EMFILE, "openMany", 40);
            session.assertFails(EPERM, "regain", 7);
            session.assertFails(CRASHED, "crash");
            session.assertFails(EMFILE, "openMany", 40);
        }
    }

    @Test
    void aPolicyThatCannotBeReadIsRefusedWithFileAndLine() throws Exception {
        for (Map.Entry<String, String> wrong :
                Map.of(
                                "memory = 1g\nmemry = 1g", ":2: there is no 'memry'",
                                "confine = files\nread = usr", ":2: 'usr' is not an absolute path",
                                "read = /usr", ":1: files count only with 'confine = files'")
                        .entrySet()) {
            Path file = Files.writeString(folder.resolve("wrong"), wrong.getKey());
            Finished refused = DaemonProcess.program(folder, "serve", "--policy=" + file).finish();
            assertEquals(2, refused.status(), refused::toString);
            assertTrue(
                    refused.errors().contains("orcinus: " + file + wrong.getValue()),
                    refused::toString);
        }
    }

    /** The kernel seems to have neither Landlock nor filters. */
    @Test
    void aKernelThatLacksAPieceIsRefused() throws Exception {
        List<String> wrapper = olderKernel();
        List<String> command = new ArrayList<>(wrapper);
        command.addAll(DaemonCommand.of(folder, "serve", "--policy=strict"));
        try (Program refused = Program.start(folder, command)) {
            Finished end = refused.finish();
            assertEquals(1, end.status(), end::toString);
            assertTrue(
                    end.errors()
                            .contains(
                                    "orcinus: policy strict: the kernel cannot restrict files (it has"
                                            + " no Landlock, or that is off; Linux 5.13), and cannot"
                                            + " forbid signals to other processes"),
                    end::toString);
            assertTrue(end.errors().contains("--policy-best-effort does without"), end::toString);
        }
        try (DaemonProcess daemon =
                        DaemonProcess.startThrough(
                                wrapper, folder, "--policy=strict", "--policy-best-effort");
                DaemonSession session = daemon.connect()) {
            session.assertAnswers();
            assertTrue(
                    daemon.log().contains("WARNING: policy strict: the kernel cannot restrict"),
                    daemon::log);
            String status = Files.readString(Path.of("/proc/" + session.pid() + "/status"));
            assertTrue(status.contains("NoNewPrivs:\t1"), status);
        }
    }

    /** Returns a command for a process in which the kernel has no Landlock. */
    private List<String> olderKernel() throws Exception {
        Path source = Files.writeString(folder.resolve("older.c"), OLDER_KERNEL);
        Path program = folder.resolve("older");
        List<String> compile = List.of("cc", "-o", program.toString(), source.toString());
        assumeTrue(new ProcessBuilder(compile).start().waitFor() == 0, "no C compiler");
        return List.of(program.toString());
    }

    private static final String OLDER_KERNEL =
            """
            #include <errno.h>
            #include <linux/filter.h>
            #include <linux/seccomp.h>
            #include <stddef.h>
            #include <sys/prctl.h>
            #include <unistd.h>
            int main(int argc, char **argv) {
                struct sock_filter code[] = {
                    BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
                    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 444, 0, 1),
                    BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | ENOSYS),
                    BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
                };
                struct sock_fprog program = {4, code};
                prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
                if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program)) return 99;
                execvp(argv[1], argv + 1);
                return 98;
            }
            """;

    private static List<String> lines(Finished status) {
        assertEquals(0, status.status(), status::toString);
        return status.output().lines().toList();
    }
}
