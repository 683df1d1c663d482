package dev.orcinus.tests.daemon;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.orcinus.jit.Jit;
import dev.orcinus.jit.RemoteDylib;
import dev.orcinus.jit.RemoteJit;
import dev.orcinus.tests.jit.CompiledObject;
import dev.orcinus.tests.process.Program;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Tests that a guest whose memory is destroyed, or that a debugger holds, ends with its session,
 * and that others are served meanwhile.
 */
@Timeout(value = 180, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class DamagedGuestTest {
    /** Writes over all mappings, by system calls only where the C library may be gone already. */
    private static final String WILD =
            """
            #include <fcntl.h>
            #include <stdlib.h>
            #include <string.h>
            #include <sys/mman.h>
            #include <unistd.h>
            static char maps[1 << 20];
            static unsigned long hex(char *&at) {
                unsigned long value = 0;
                for (;; at++) {
                    if (*at >= '0' && *at <= '9') value = 16 * value + *at - '0';
                    else if (*at >= 'a' && *at <= 'f') value = 16 * value + *at - 'a' + 10;
                    else return value;
                }
            }
            static void fill(unsigned long start, unsigned long end, int value) {
                for (unsigned long at = start; at < end; at += 8) *(volatile long *) at = value * 0x0101010101010101l;
            }
            static void overwrite(bool all, int value) {
                int fd = open("/proc/self/maps", O_RDONLY);
                long size = 0, got;
                while ((got = read(fd, maps + size, sizeof maps - 1 - size)) > 0) size += got;
                unsigned long here = (unsigned long) &overwrite, buffer = (unsigned long) maps;
                unsigned long stack = (unsigned long) &fd;
                for (char *line = maps; *line; ) {
                    char *at = line;
                    unsigned long start = hex(at);
                    at++;
                    unsigned long end = hex(at);
                    bool isOwn = (start <= here && here < end) || (start <= buffer && buffer < end)
                        || (start <= stack && stack < end);
                    bool isWritable = at[2] == 'w';
                    bool isKernels = false;
                    while (*at && *at != '\\n') { isKernels |= at[0] == '[' && at[1] == 'v'; at++; }
                    line = *at ? at + 1 : at;
                    if (isOwn || isKernels) continue;
                    if (!isWritable && all) {
                        if (end - start > (64ul << 20) || mprotect((void *) start, end - start, PROT_READ | PROT_WRITE)) continue;
                        isWritable = true;
                    }
                    if (isWritable) fill(start, end, value);
                }
            }
            extern "C" int overWritable(int, char **v) { overwrite(false, v[1][0]); for (;;); }
            extern "C" int overAll(int, char **v) { overwrite(true, v[1][0]); for (;;); }
            """;

    private static final String TRACER =
            """
            #include <stdio.h>
            #include <stdlib.h>
            #include <sys/ptrace.h>
            #include <sys/wait.h>
            #include <unistd.h>
            int main(int argc, char **argv) {
                int pid = atoi(argv[1]);
                if (ptrace(PTRACE_ATTACH, pid, 0, 0)) { perror("ptrace"); return 1; }
                waitpid(pid, 0, 0);
                puts("stopped");
                fflush(stdout);
                for (;;) pause();
            }
            """;

    @TempDir private Path folder;

    private Path socket() {
        return folder.resolve("listen");
    }

    /** A guest whose mailbox is full of even words, or of odd ones, seems to say something. */
    @ParameterizedTest
    @ValueSource(
            strings = {"overWritable U", "overWritable T", "overAll U", "overAll T", "overAll \1"})
    void aGuestThatWritesOverAllItsMemoryCostsItsSessionOnly(String code) throws Exception {
        Path object = CompiledObject.compile(folder, "wild", WILD);
        try (DaemonProcess daemon =
                        DaemonProcess.start(
                                folder, "--warm=0", "--grace=300ms", "--listen=unix:" + socket());
                RemoteJit bystander = Jit.connect(socket())) {
            RemoteJit wild = Jit.connect(socket());
            RemoteDylib dylib = wild.createDylib("wild");
            dylib.add(object);
            Thread closing = new Thread(() -> closeLater(wild), "closing");
            closing.start();
            String[] words = code.split(" ", -1);
            try {
                dylib.run(words[0], List.of(words[1]));
            } catch (RuntimeException expected) {
                // it has crashed, or has been ended with its session
            }
            closing.join();
            daemon.awaitEnd(2);
            Program.await(() -> daemon.guests().size() == 1, "the end of the guest");
            RemoteDylib other = bystander.createDylib("other");
            other.add(CompiledObject.compile(folder, "ok", "extern \"C\" int ok() { return 5; }"));
            assertEquals(5, other.run("ok", List.of()));
            try (RemoteJit next = Jit.connect(socket())) {
                RemoteDylib again = next.createDylib("again");
                again.add(folder.resolve("ok.o"));
                assertEquals(5, again.run("ok", List.of()));
            }
        }
    }

    private static void closeLater(RemoteJit jit) {
        try {
            Thread.sleep(2_000);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        jit.close();
    }

    /** The kernel tells the parent of the guest's end only when the tracer has looked at it. */
    @Test
    void aGuestThatIsTracedLosesItsPlaceAfterTheGrace() throws Exception {
        Path tracer = compileTracer();
        try (DaemonProcess daemon =
                DaemonProcess.start(folder, "--warm=0", "--sessions=1", "--grace=300ms")) {
            DaemonSession traced = daemon.connect();
            traced.assertAnswers();
            List<String> trace = List.of(tracer.toString(), Long.toString(traced.pid()));
            try (Program holding = Program.start(folder, trace)) {
                holding.awaitOutput("stopped");
                traced.close();
                traced.awaitEnd();
                for (int i = 0; i < 3; i++) {
                    DaemonSession next = daemon.connect();
                    next.assertAnswers();
                    next.close();
                    next.awaitEnd();
                }
            }
            try (DaemonSession next = daemon.connect()) {
                next.assertAnswers();
            }
            Program.await(
                    () -> !Files.exists(Path.of("/proc/" + traced.pid())), "the guest is reaped");
        }
    }

    private Path compileTracer() throws Exception {
        Path source = Files.writeString(folder.resolve("tracer.c"), TRACER);
        Path tracer = folder.resolve("tracer");
        List<String> cc = List.of("cc", "-w", "-o", tracer.toString(), source.toString());
        assumeTrue(new ProcessBuilder(cc).start().waitFor() == 0, "no C compiler");
        return tracer;
    }
}
