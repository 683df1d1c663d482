package dev.orcinus.tests.loader;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.orcinus.jit.ArchiveMode;
import dev.orcinus.jit.InProcessDylib;
import dev.orcinus.jit.InProcessJit;
import dev.orcinus.jit.Jit;
import dev.orcinus.jit.JitObject;
import dev.orcinus.loader.UnresolvedSymbolsException;
import dev.orcinus.tests.executor.ExecutorCommand;
import dev.orcinus.tests.process.Finished;
import dev.orcinus.tests.process.Program;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Tests of archives in this process, and on the command line. */
@Timeout(240)
final class ArchivesTest {
    private static final Path FIXTURES =
            Path.of(System.getProperty("orcinus.root"), "tests/fixtures");
    private static final String MAIN = FIXTURES.resolve("archive_main.o").toString();
    private static final String ARCHIVE = FIXTURES.resolve("libanswer.a").toString();
    private static final FunctionDescriptor INT = FunctionDescriptor.of(ValueLayout.JAVA_INT);

    @TempDir private Path folder;

    private Finished orcinus(String... arguments) throws InterruptedException {
        try (Program program = Program.start(folder, ExecutorCommand.of(arguments))) {
            return program.finish();
        }
    }

    private static void assertAnswers(Finished program) {
        assertEquals(42, program.status(), program::toString);
        assertEquals("", program.errors(), program::toString);
    }

    @Test
    void aMemberIsCalledAndRemoved() throws Throwable {
        try (InProcessJit jit = Jit.inProcess()) {
            InProcessDylib dylib = jit.createDylib("dylib");
            JitObject archive = dylib.add(Path.of(ARCHIVE));
            MethodHandle answer = dylib.function("answer", INT);
            assertEquals(42, (int) answer.invokeExact());
            archive.close();
            assertThrows(UnresolvedSymbolsException.class, () -> dylib.address("answer"));
            dylib.add("libanswer.a", Files.readAllBytes(Path.of(ARCHIVE)));
            assertEquals(42, (int) dylib.function("answer", INT).invokeExact());
        }
    }

    @Test
    void allMembersAreLinkedIfAllAreAskedFor() throws Exception {
        try (InProcessJit jit = Jit.inProcess()) {
            InProcessDylib dylib = jit.createDylib("dylib");
            dylib.add(Path.of(ARCHIVE), ArchiveMode.WHOLE);
            UnresolvedSymbolsException failure =
                    assertThrows(UnresolvedSymbolsException.class, dylib::initialize);
            assertEquals(
                    Map.of("no_such_function", List.of(ARCHIVE + "(archive_unused.o)")),
                    failure.requesters());
        }
    }

    @Test
    void aProgramTakesWhatItNeeds() throws Exception {
        assertAnswers(orcinus("run", MAIN, ARCHIVE));
        assertAnswers(orcinus("run", "-L", FIXTURES.toString(), MAIN, "-lanswer", "-lm", "-lc"));
    }

    @Test
    void aProgramTakesEverythingIfItIsToldTo() throws Exception {
        Finished program = orcinus("run", "--whole-archive", ARCHIVE, MAIN);
        assertEquals(1, program.status(), program::toString);
        assertEquals(
                "orcinus: nobody defines no_such_function (" + ARCHIVE + "(archive_unused.o))\n",
                program.errors());
        assertAnswers(orcinus("run", "--whole-archive", MAIN, "--no-whole-archive", ARCHIVE));
    }

    @Test
    void aLibraryMayBeAScript() throws Exception {
        Files.copy(Path.of(ARCHIVE), folder.resolve("libanswer.a"));
        Files.writeString(
                folder.resolve("libscripted.so"),
                """
                /* GNU ld script: GROUP ( libwrong.a ) */
                OUTPUT_FORMAT(elf64-x86-64)
                GROUP ( libanswer.a AS_NEEDED ( -lm ) )
                """);
        assertAnswers(orcinus("run", MAIN, "-L.", "-l", "scripted"));
        Files.writeString(folder.resolve("libscripted.so"), "INPUT(libnowhere.a)");
        Finished failed = orcinus("run", MAIN, "-L.", "-lscripted");
        assertEquals(2, failed.status(), failed::toString);
        assertTrue(failed.errors().contains("names libnowhere.a"), failed::toString);
    }

    @Test
    void inspectTellsWhatIsThere() throws Exception {
        Finished told = orcinus("inspect", ARCHIVE);
        assertEquals(0, told.status(), told::toString);
        assertTrue(told.output().endsWith("  answer in archive_member.o\n"), told::toString);
        Finished graph = orcinus("inspect", "--graph", MAIN);
        assertEquals(0, graph.status(), graph::toString);
        assertTrue(graph.output().contains("\ngraph, fixed up:\n  .text\n"), graph::toString);
        Finished bad = orcinus("inspect", FIXTURES.resolve("build.sh").toString(), MAIN);
        assertEquals(1, bad.status(), bad::toString);
        assertTrue(bad.errors().contains("build.sh: this is no object file"), bad::toString);
        assertTrue(bad.output().contains("archive_main.o: an ELF file"), bad::toString);
    }
}
