package dev.orcinus.tests.loader;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.orcinus.formats.macho.MachO;
import dev.orcinus.jit.InProcessDylib;
import dev.orcinus.jit.InProcessJit;
import dev.orcinus.jit.Jit;
import dev.orcinus.jit.JitObject;
import dev.orcinus.loader.UnresolvedSymbolsException;
import dev.orcinus.loader.UnsupportedObjectException;
import dev.orcinus.tests.executor.ExecutorCommand;
import dev.orcinus.tests.llvm.Fixtures;
import dev.orcinus.tests.process.Finished;
import dev.orcinus.tests.process.Program;
import java.io.IOException;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Objects that were compiled for macOS run in this process, and on the command line, on Linux. */
@Timeout(240)
final class MachOProgramsTest {
    private static final FunctionDescriptor INT = FunctionDescriptor.of(ValueLayout.JAVA_INT);
    private static final FunctionDescriptor INT_OF_INT =
            FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT);

    @TempDir private Path folder;

    private Finished orcinus(String... arguments) throws InterruptedException {
        try (Program program = Program.start(folder, ExecutorCommand.of(arguments))) {
            return program.finish();
        }
    }

    private static String object(String name) {
        return Fixtures.get("macho/" + name).toString();
    }

    private static void assertEnds(int status, String output, Finished end) {
        assertEquals(output, end.output(), end::toString);
        assertEquals(status, end.status(), end::toString);
    }

    @Test
    void theReadmesProgramForMacs() throws InterruptedException {
        Path hello = Path.of(System.getProperty("orcinus.root"), "examples/hello/hello-macos.o");
        Finished end = orcinus("run", hello.toString(), "--", "Orcinus");
        assertTrue(
                end.output()
                        .matches(
                                """
                                Hello, Orcinus: this is process \\d+\\.
                                fibonacci\\(20\\) = 6765, in 21891 calls
                                """),
                end::toString);
        assertEquals(42, end.status(), end::toString);
    }

    @ParameterizedTest
    @ValueSource(strings = {"--in-jvm", "--isolated"})
    void aProgramInC(String place) throws InterruptedException {
        Finished end = orcinus("run", place, object("hello.o"), "--", "x", "last");
        assertEnds(
                42,
                """
                constructor
                hello 42 1.50, 13 characters
                123 3 last
                No such file or directory, 1
                Q
                at exit
                destructor
                """,
                end);
        assertEquals("to stderr\n", end.errors());
    }

    @Test
    void whatOnlyDarwinsLibraryHas() throws InterruptedException {
        Finished end = orcinus("run", object("plain.o"), "--", "q");
        assertEnds(
                0,
                """
                7 3658
                1.25 1.25
                0.077004
                0.0770
                1 9 q234567 10 4 0123456 4
                2
                """,
                end);
        assertEquals("", end.errors());
    }

    @Test
    void classesOfNumbersSetsOfDescriptorsAndSignalJumps() throws InterruptedException {
        assertEnds(0, "nnniii000111sss 101\n001\n", orcinus("run", object("numbers.o")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"--in-jvm", "--isolated"})
    void exceptionsAndStaticObjectsOfTwoObjects(String place) throws InterruptedException {
        Finished end = orcinus("run", place, object("thrower.o"), object("catcher.o"));
        assertEnds(
                26,
                """
                construct first
                construct second
                construct third
                construct local
                area 49, counter 7, total 107
                square gone
                construct guard
                destroy guard
                caught text
                construct guard
                destroy guard
                caught deep failure 20
                destroy local
                destroy third
                destroy second
                destroy first
                """,
                end);
    }

    @Test
    void exceptionsThroughFramesOfOtherCode() throws InterruptedException {
        assertEnds(
                3,
                """
                construct guard
                destroy guard
                caught deep failure
                construct guard
                destroy guard
                caught 5
                caught from qsort
                """,
                orcinus("run", object("exceptions.o")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"libnumbers.a", "libnumbers_64.a", "libnumbers_unindexed.a"})
    void membersOfOneNameInAnArchive(String archive) throws InterruptedException {
        assertEnds(42, "", orcinus("run", object("archive_main.o"), object(archive)));
        assertEnds(42, "", orcinus("run", object(archive), object("archive_main.o")));
        assertEnds(
                42,
                "",
                orcinus("run", "--whole-archive", object(archive), object("archive_main.o")));
    }

    @Test
    void librariesThatAnObjectAsksFor() throws InterruptedException {
        String object = object("asks_for_library.o");
        assertEnds(42, "", orcinus("run", object, "-L", Fixtures.FOLDER.toString()));
        Finished missing = orcinus("run", object);
        assertEquals(1, missing.status(), missing::toString);
        assertEquals(
                "orcinus: nobody defines _triple (" + object + ")\n",
                missing.errors(),
                missing::toString);
    }

    @Test
    void javaAndTheObjectCallEachOther() throws Throwable {
        try (InProcessJit jit = Jit.inProcess()) {
            InProcessDylib dylib = jit.createDylib("dylib");
            MethodHandle tripled =
                    MethodHandles.lookup()
                            .findStatic(
                                    MachOProgramsTest.class,
                                    "tripled",
                                    MethodType.methodType(int.class, int.class));
            dylib.define("callback", tripled, INT_OF_INT); // before the format is known
            JitObject library = dylib.add(Path.of(object("library.o")));
            MethodHandle twice = dylib.function("twice", INT_OF_INT);
            assertEquals(42, (int) twice.invokeExact(7));
            MemorySegment counter = dylib.variable("counter", ValueLayout.JAVA_INT);
            counter.set(ValueLayout.JAVA_INT, 0, 10);
            dylib.variable("shared", ValueLayout.JAVA_INT).set(ValueLayout.JAVA_INT, 0, 100);
            assertEquals(111, (int) dylib.function("next", INT).invokeExact());
            assertTrue(dylib.find("getpid").isPresent(), "a function of the process");
            assertTrue(dylib.find("_answer").isEmpty(), "names are those of C");
            library.close();
            assertThrows(UnresolvedSymbolsException.class, () -> dylib.address("answer"));
        }
    }

    static int tripled(int number) {
        return 3 * number;
    }

    @Test
    void formatsAreNotMixed() throws IOException {
        try (InProcessJit jit = Jit.inProcess()) {
            InProcessDylib dylib = jit.createDylib("dylib");
            dylib.add(Path.of(object("library.o")));
            String elf = Fixtures.get("silent.o").toString();
            UnsupportedObjectException refusal =
                    assertThrows(UnsupportedObjectException.class, () -> dylib.add(Path.of(elf)));
            assertEquals(
                    elf
                            + ": an object of the format ELF; with '"
                            + object("library.o")
                            + "' the session has the format Mach-O",
                    refusal.getMessage());
        }
        try (InProcessJit jit = Jit.inProcess()) {
            InProcessDylib dylib = jit.createDylib("dylib");
            dylib.add(Path.of(object("libnumbers.a")));
            assertThrows(
                    UnsupportedObjectException.class, () -> dylib.add(Fixtures.get("libanswer.a")));
        }
    }

    /** Returns a universal file with an object for arm64 and one for x86-64. */
    private static byte[] universal(boolean is64, String forX64) throws IOException {
        byte[] arm64 = Files.readAllBytes(Path.of(object("arm64_main.o")));
        byte[] x64 = Files.readAllBytes(Path.of(object(forX64)));
        int first = 128;
        int second = (first + arm64.length + 15) & -16;
        ByteBuffer file = ByteBuffer.allocate(second + x64.length);
        file.putInt(is64 ? 0xcafebabf : 0xcafebabe).putInt(2);
        putSlice(file, is64, MachO.CPU_TYPE_ARM64, first, arm64.length);
        putSlice(file, is64, MachO.CPU_TYPE_X86_64, second, x64.length);
        file.put(first, arm64).put(second, x64);
        return file.array();
    }

    private static void putSlice(ByteBuffer file, boolean is64, int cpu, int at, int size) {
        file.putInt(cpu).putInt(3);
        if (is64) {
            file.putLong(at).putLong(size).putInt(4).putInt(0);
        } else {
            file.putInt(at).putInt(size).putInt(4);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void theSliceForTheProcessorIsLinked(boolean is64) throws Throwable {
        Path object = Files.write(folder.resolve("universal.o"), universal(is64, "library.o"));
        Path archive = Files.write(folder.resolve("universal.a"), universal(is64, "libnumbers.a"));
        try (InProcessJit jit = Jit.inProcess()) {
            InProcessDylib dylib = jit.createDylib("dylib");
            dylib.add(archive);
            dylib.define("callback", dylib.address("two"));
            dylib.add(object);
            assertEquals(42, (int) dylib.function("answer", INT).invokeExact());
            assertEquals(2, (int) dylib.function("two", INT).invokeExact());
        }
        Finished told = orcinus("inspect", "--symbols", object.toString());
        assertTrue(told.output().contains("slices: 2\n  aarch64 at 0x80, "), told::toString);
        assertTrue(told.output().contains(object + "(x86_64): a Mach-O file"), told::toString);
        assertTrue(told.output().contains("_answer external in 1"), told::toString);
    }

    @Test
    void aFileWithoutASliceForTheProcessorIsRefused() throws IOException {
        ByteBuffer file = ByteBuffer.allocate(64).putInt(0xcafebabe).putInt(2);
        putSlice(file, false, MachO.CPU_TYPE_ARM64, 48, 4);
        putSlice(file, false, 7, 48, 4);
        try (InProcessJit jit = Jit.inProcess()) {
            InProcessDylib dylib = jit.createDylib("dylib");
            UnsupportedObjectException refusal =
                    assertThrows(
                            UnsupportedObjectException.class,
                            () -> dylib.add("both.o", file.array()));
            assertEquals(
                    "both.o: a universal file with slices for aarch64, i386;"
                            + " the target runs x86_64-pc-linux-gnu",
                    refusal.getMessage());
        }
    }
}
