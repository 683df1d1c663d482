package dev.orcinus.tests.macho;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.orcinus.tests.arm64.Arm64Jvm;
import dev.orcinus.tests.executor.ExecutorCommand;
import dev.orcinus.tests.jit.ForkedJvm;
import dev.orcinus.tests.llvm.Fixtures;
import dev.orcinus.tests.process.Finished;
import dev.orcinus.tests.process.Program;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Tests Mach-O objects that a JVM of their processor links and runs, {@link LoadedMachO}: this
 * machine's, or one under qemu.
 */
final class LoadedMachOTest {
    private static final Duration LIMIT = Duration.ofMinutes(2);

    @TempDir private Path directory;

    private String load(String what, String processor) throws InterruptedException {
        Path objects = Fixtures.FOLDER.resolve("macho");
        try (Program program =
                Program.start(directory, command(processor, what, objects.toString(), processor))) {
            Finished end = program.finish(LIMIT);
            assertEquals(0, end.status(), end::toString);
            return end.output();
        }
    }

    /** Returns this machine's processor, as Apple's compilers name it. */
    private static String own() {
        return System.getProperty("os.arch").equals("aarch64") ? "arm64" : "x86_64";
    }

    private static List<String> command(String processor, String... arguments) {
        if (processor.equals(own())) {
            return ForkedJvm.command(LoadedMachO.class, arguments);
        }
        assumeTrue(processor.equals("arm64"), "this machine does not run " + processor);
        return Arm64Jvm.program(LoadedMachO.class, arguments);
    }

    @Test
    void callsAndDataOfArm64() throws InterruptedException {
        assertEquals(
                """
                133 134
                1007 14
                87665
                -1
                122 119
                51
                19
                1004
                20
                5
                -1
                6
                7
                """,
                load("calls", "arm64"));
    }

    /** Compilers for macOS pass variadic arguments on the stack. */
    @Test
    void variadicFunctionsOfArm64() throws InterruptedException {
        assertEquals(
                """
                42 -7 hello 2.50 x 9000000000 1 2 3 4 5 6.125
                <17 -3.50 word 8>
                417
                """,
                load("variadic", "arm64"));
    }

    /** NaN, infinite, zero, normal, subnormal, in double and float; then descriptors of sets. */
    @Test
    void classesOfNumbersOfArm64() throws InterruptedException {
        assertEquals("1 1\n2 2\n3 3\n4 4\n5 5\n1 1 0 0\n", load("classes", "arm64"));
    }

    private static final String EXCEPTIONS =
            """
            7 100
            18 401
            29 1305
            40 4018
            18 7
            16 1816
            14 7252
            12 23569
            7 1913013
            """;

    @ParameterizedTest
    @ValueSource(strings = {"x86_64", "arm64"})
    void exceptionsPassFramesThatOnlyCompactUnwindInfoDescribes(String processor)
            throws InterruptedException {
        assertEquals(EXCEPTIONS, load("exceptions", processor));
    }

    /** On arm64, most of these frames have no compact form. */
    @ParameterizedTest
    @ValueSource(strings = {"x86_64", "arm64"})
    void exceptionsPassFramesWithoutFramePointers(String processor) throws InterruptedException {
        assertEquals(EXCEPTIONS, load("exceptions-frameless", processor));
    }

    /** On arm64, a bit in the name of such a class says that it may have other homes. */
    @ParameterizedTest
    @ValueSource(strings = {"x86_64", "arm64"})
    void classesThatEachObjectHasAreTheSame(String processor) throws InterruptedException {
        assertEquals("-5\n-6\n", load("exceptions-of-inline-classes", processor));
    }

    @ParameterizedTest
    @ValueSource(strings = {"x86_64", "arm64"})
    void everyThreadHasItsOwnVariables(String processor) throws InterruptedException {
        assertEquals("31 8\n31 31\n44\n70 70\n471.0\nsame\n", load("thread-locals", processor));
    }

    @ParameterizedTest
    @ValueSource(strings = {"x86_64", "arm64"})
    void dylibsUseEachOthersVariables(String processor) throws InterruptedException {
        assertEquals("42\n31\n71\n43\n", load("thread-locals-apart", processor));
    }

    @ParameterizedTest
    @ValueSource(strings = {"x86_64", "arm64"})
    void destructorsRunAtTheEndOfAThreadAndOfADylib(String processor) throws InterruptedException {
        assertEquals("0 12\n13\n12\n1313\n", load("destructors", processor));
    }

    @ParameterizedTest
    @CsvSource({
        "87, x86_64, tlv/main tlv/defines tlv/uses tlv/threads tlv/destructors",
        "87, arm64, tlv/main tlv/defines tlv/uses tlv/threads tlv/destructors",
        "45, x86_64, unwind/main unwind/catcher unwind/thrower",
        "45, arm64, unwind/main unwind/catcher unwind/thrower"
    })
    void programsRunOnTheCommandLine(int status, String processor, String names)
            throws InterruptedException {
        List<String> arguments = new ArrayList<>(List.of("run"));
        arguments.add(processor.equals(own()) ? "--isolated" : "--in-jvm"); // qemu starts no guests
        for (String name : names.split(" ", -1)) {
            arguments.add(Fixtures.get("macho/" + name + "-" + processor + ".o").toString());
        }
        String[] words = arguments.toArray(String[]::new);
        List<String> command =
                processor.equals(own()) ? ExecutorCommand.of(words) : Arm64Jvm.orcinus(words);
        try (Program program = Program.start(directory, command)) {
            Finished end = program.finish(LIMIT);
            assertEquals(status, end.status(), end::toString);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"x86_64", "arm64"})
    void variablesOfTheProcessAreRefused(String processor) throws InterruptedException {
        String output = load("process", processor);
        String problem =
                "process-%s.o: the thread-local variable '_optind' is the process's own; code of"
                                .formatted(processor)
                        + " this format uses only those that objects define\n";
        assertEquals(problem, output.substring(output.indexOf("process-")));
    }
}
