package dev.orcinus.platform.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Tests of guest processes where the system forbids something: each in a JVM of its own, for which
 * it is forbidden, by a seccomp filter, by mounts or settings of namespaces, or by taking rights.
 */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class GuestFallbackTest {
    private static final String SOURCE =
            """
            #define _GNU_SOURCE
            #include <errno.h>
            #include <linux/filter.h>
            #include <linux/seccomp.h>
            #include <sched.h>
            #include <stddef.h>
            #include <stdlib.h>
            #include <string.h>
            #include <sys/prctl.h>
            #include <sys/syscall.h>
            #include <unistd.h>

            static long install(struct sock_filter *filter, int count) {
              struct sock_fprog program = {(unsigned short) count, filter};
              if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return -1;
              return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program);
            }

            /* Lets a system call fail, if the bits of its first argument are none of mask. */
            static long deny(int number, unsigned mask, int error) {
              struct sock_filter filter[] = {
                BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
                BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, number, 0, 3),
                BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, args)),
                BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, mask, 1, 0),
                BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | error),
                BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW)};
              return install(filter, 6);
            }

            static int has(const char *name) {
              const char *denied = getenv("TEST_DENIED");
              return denied != NULL && strstr(denied, name) != NULL;
            }

            /* The library is preloaded where TEST_DENIED is set. */
            __attribute__((constructor)) static void deny_all(void) {
              if (has("process_vm")) {
                deny(SYS_process_vm_readv, 0, EPERM);
                deny(SYS_process_vm_writev, 0, EPERM);
              }
              if (has("pidfd")) {
                deny(SYS_pidfd_open, 0, ENOSYS);
                deny(SYS_pidfd_send_signal, 0, ENOSYS);
              }
              if (has("memfd")) deny(SYS_memfd_create, 0, ENOSYS);
            }

            long deny_fork(long unused) { return deny(SYS_clone, CLONE_VM, ENOMEM); }
            long deny_clone(long unused) { return deny(SYS_clone, CLONE_THREAD, EAGAIN); }
            long be_private(long unused) { return prctl(PR_SET_DUMPABLE, 0, 0, 0, 0); }
            long close_all(long unused) { return close_range(3, ~0u, 0); }

            long half(long n) { return n / 2; }
            static long counter;
            long count(long unused) { return ++counter; }
            long crash(long unused) { *(volatile int *) 0x1230 = 1; return 0; }
            long leave(long status) { exit((int) status); }

            int check_main(int argc, char **argv) { return argc == 2 ? (int) strlen(argv[1]) : -1; }

            typedef struct { union { char *pointer; char bytes[8]; } data; size_t size; } Result;

            Result echo(const char *data, size_t size) {
              Result r = {.size = size};
              r.data.pointer = memcpy(malloc(size), data, size);
              return r;
            }

            long call_java(Result (*java)(void *, const void *, const char *, size_t)) {
              Result r = java(NULL, NULL, "\t", 1);
              return r.size == 2 ? r.data.bytes[0] | r.data.bytes[1] << 8 : -1;
            }
            """;

    @TempDir private static Path sources;
    private static Path library;

    @TempDir private Path folder;
    private Path cache;
    private final Map<String, String> variables = new HashMap<>();

    @BeforeAll
    static void compile() throws Exception {
        assumeTrue(ForkedJvm.hasTool("gcc", "--version"), "no C compiler: install gcc");
        Path source = Files.writeString(sources.resolve("fallback.c"), SOURCE);
        library = sources.resolve("fallback.so");
        String[] command = {
            "gcc", "-shared", "-fPIC", "-O1", "-w", "-o", library.toString(), source.toString()
        };
        assertEquals("", ForkedJvm.run(sources, command));
    }

    @BeforeEach
    void prepare() throws Exception {
        cache = Files.createDirectory(folder.resolve("cache"));
        variables.put("XDG_CACHE_HOME", cache.toString());
        variables.put("XDG_RUNTIME_DIR", "");
    }

    private ForkedJvm run(List<String> prefix, String... functions) throws Exception {
        List<String> arguments = new ArrayList<>(List.of("isolated", library.toString()));
        arguments.addAll(List.of(functions));
        List<String> options = List.of("-XX:TieredStopAtLevel=1", "-Djava.io.tmpdir=" + folder);
        ForkedJvm jvm =
                ForkedJvm.startBy(
                        prefix, variables, folder, options, arguments.toArray(String[]::new));
        jvm.await();
        return jvm;
    }

    private void deny(String names) {
        variables.put("TEST_DENIED", names);
        variables.put("LD_PRELOAD", library.toString());
    }

    /** Runs a shell in namespaces of its own, and then the JVM. */
    private static List<String> inNamespaces(String script) throws Exception {
        String[] unshare = {"unshare", "--mount", "--pid", "--fork", "--mount-proc"};
        List<String> command = new ArrayList<>(List.of(unshare));
        command.addAll(List.of("sh", "-c", script + " && exec \"$@\"", "sh"));
        List<String> probe = new ArrayList<>(command);
        probe.add("true");
        assumeTrue(
                ForkedJvm.hasTool(probe.toArray(String[]::new)),
                "no namespaces in which '" + script + "' works: run as root");
        return command;
    }

    private static void assertFine(ForkedJvm jvm) throws Exception {
        String output = jvm.stdout();
        assertTrue(output.endsWith("fine\n"), () -> output + stderr(jvm));
        assertTrue(output.contains("\ncheckpoint used\n"), output);
    }

    private static String stderr(ForkedJvm jvm) {
        try {
            return jvm.stderr();
        } catch (java.io.IOException e) {
            return e.toString();
        }
    }

    private static String executable(ForkedJvm jvm) throws Exception {
        return jvm.awaitLine("executable ").substring("executable ".length());
    }

    private List<String> files(Path in) throws Exception {
        try (Stream<Path> all = Files.walk(in)) {
            return all.filter(Files::isRegularFile)
                    .map(file -> file.getFileName().toString())
                    .filter(name -> name.contains("guest"))
                    .toList();
        }
    }

    @Test
    void theProgramLiesInTheCacheAndIsUsedAgain() throws Exception {
        ForkedJvm first = run(List.of());
        assertFine(first);
        Path file = Path.of(executable(first));
        assertEquals(cache.resolve("orcinus"), file.getParent());
        Object written = Files.getAttribute(file, "unix:ino");
        assertEquals(
                "rwx------",
                java.nio.file.attribute.PosixFilePermissions.toString(
                        Files.getPosixFilePermissions(file)));
        ForkedJvm second = run(List.of());
        assertFine(second);
        assertEquals(file.toString(), executable(second));
        assertEquals(written, Files.getAttribute(file, "unix:ino"));
        assertEquals(List.of(file.getFileName().toString()), files(folder));
    }

    @Test
    void aFileThatOthersHaveWrittenIsReplaced() throws Exception {
        ForkedJvm first = run(List.of());
        Path file = Path.of(executable(first));
        Files.writeString(file, "#!/bin/false");
        ForkedJvm second = run(List.of());
        assertFine(second);
        assertEquals(file.toString(), executable(second));
        Files.setPosixFilePermissions(
                file, java.nio.file.attribute.PosixFilePermissions.fromString("rwxrwxrwx"));
        assertFine(run(List.of()));
        assertEquals(
                "rwx------",
                java.nio.file.attribute.PosixFilePermissions.toString(
                        Files.getPosixFilePermissions(file)));
    }

    @Test
    void aFolderMountedNoexecMakesItAFileInMemory() throws Exception {
        ForkedJvm jvm = run(inNamespaces("mount -t tmpfs -o noexec none " + cache));
        assertFine(jvm);
        assertTrue(executable(jvm).startsWith("/memfd:orcinus-guest"), executable(jvm));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void noexecOfFilesInMemoryLeavesTheOtherPlaces(int setting) throws Exception {
        String script =
                "echo %d >/proc/sys/vm/memfd_noexec && mount -t tmpfs -o noexec none %s"
                        .formatted(setting, cache);
        ForkedJvm jvm = run(inNamespaces(script));
        assertFine(jvm);
        String expected = setting == 1 ? "/memfd:orcinus-guest" : folder + "/orcinus-guest-";
        assertTrue(executable(jvm).startsWith(expected), executable(jvm));
        assertEquals(List.of(), files(folder));
    }

    @Test
    void wherePlacesAreForbiddenAMessageNamesThemAndTheCure() throws Exception {
        String script =
                "echo 2 >/proc/sys/vm/memfd_noexec && mount -t tmpfs -o noexec none %s"
                        .formatted(folder);
        Path output = Files.createDirectory(sources.resolve("output"));
        List<String> options = List.of("-XX:TieredStopAtLevel=1", "-Djava.io.tmpdir=" + folder);
        variables.put("XDG_CACHE_HOME", folder.toString());
        ForkedJvm jvm =
                ForkedJvm.startBy(
                        inNamespaces(script),
                        variables,
                        output,
                        options,
                        "isolated",
                        library.toString());
        assertNotEquals(0, jvm.await());
        String message = jvm.stderr();
        for (String part :
                List.of("in " + folder + "/orcinus (", "in memory (", "XDG_CACHE_HOME", "noexec")) {
            assertTrue(message.contains(part), message);
        }
    }

    @Test
    void withoutCopiesOfTheKernelTheGuestCopies() throws Exception {
        deny("process_vm");
        assertFine(run(List.of()));
    }

    @Test
    void withoutDescriptorsOfProcessesTheirEndsAreSeen() throws Exception {
        deny("pidfd");
        assertFine(run(List.of()));
    }

    @Test
    void withoutBothItWorks() throws Exception {
        deny("pidfd process_vm");
        assertFine(run(List.of(), "close_all"));
    }

    @Test
    void withoutFilesInMemoryAMessageSaysSo() throws Exception {
        deny("memfd");
        String message = run(List.of()).stderr();
        assertTrue(message.contains("memfd_create(orcinus-mailbox): ENOSYS"), message);
    }

    @ParameterizedTest
    @ValueSource(strings = {"deny_fork ENOMEM", "deny_clone EAGAIN"})
    void whereNoCopyIsPossibleThereIsNoCheckpoint(String how) throws Exception {
        String[] words = how.split(" ", -1);
        ForkedJvm jvm = run(List.of(), words[0]);
        assertTrue(jvm.stdout().endsWith("fine\n"), () -> stderr(jvm));
        String line = jvm.awaitLine("checkpoint ");
        assertTrue(line.startsWith("checkpoint fork of the guest: " + words[1]), line);
        assertTrue(line.contains("ulimit -u"), line);
    }

    /** Without rights, even root does not see into a process that has made itself private. */
    @Test
    void aGuestThatMakesItselfPrivateIsServed() throws Exception {
        List<String> prefix = List.of("setpriv", "--bounding-set=-all", "--inh-caps=-all");
        List<String> probe = new ArrayList<>(prefix);
        probe.add("true");
        assumeTrue(ForkedJvm.hasTool(probe.toArray(String[]::new)), "no setpriv: run as root");
        assertFine(run(prefix, "be_private"));
        assertFine(run(prefix, "be_private", "close_all"));
    }
}
