package dev.orcinus.tests.daemon;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.orcinus.tests.llvm.Fixtures;
import dev.orcinus.tests.llvm.Llvm;
import dev.orcinus.tests.llvm.OrcRuntime;
import dev.orcinus.tests.process.Finished;
import dev.orcinus.tests.process.Program;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Tests a daemon whose sessions present themselves as Macs. */
@Timeout(180)
final class AppleTargetTest {
    @TempDir private Path folder;

    static Stream<Llvm> versions() {
        return Llvm.ALL.stream();
    }

    @ParameterizedTest
    @MethodSource("versions")
    void sessionsRunMachOCode(Llvm llvm) throws Exception {
        String tool = llvm.tool("llvm-jitlink");
        String archive = "-orc-runtime=" + OrcRuntime.ORCINUS_MACH_O.archive(llvm);
        String object = Fixtures.get("macho-controllers/exceptions.o").toString();
        try (DaemonProcess daemon =
                DaemonProcess.start(folder, "--warm=1", "--triple=" + OrcRuntime.MACOS)) {
            String connect = "-oop-executor-connect=127.0.0.1:" + daemon.address().getPort();
            try (Program client = Program.start(folder, List.of(tool, connect, archive, object))) {
                Finished end = client.finish();
                assertEquals(2, end.status(), end::toString);
            }
            Finished end = daemon.terminate();
            assertEquals(0, end.status(), end::toString);
        }
    }

    @Test
    void aTripleOfAnotherProcessorIsRefused() throws Exception {
        try (Program daemon =
                DaemonProcess.program(folder, "serve", "--triple=vax-apple-macosx13")) {
            Finished end = daemon.finish();
            assertEquals(2, end.status(), end::toString);
            assertEquals(
                    "orcinus: --triple: the triple 'vax-apple-macosx13' is for vax, and this process runs "
                            + processor()
                            + "; 'orcinus help' lists the commands\n",
                    end.errors());
        }
    }

    private static String processor() {
        return "amd64".equals(System.getProperty("os.arch")) ? "x86_64" : "aarch64";
    }
}
