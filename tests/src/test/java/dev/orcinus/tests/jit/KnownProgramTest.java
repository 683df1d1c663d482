package dev.orcinus.tests.jit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.orcinus.jit.Jit;
import dev.orcinus.jit.KnownProgram;
import dev.orcinus.jit.ProgramDylib;
import dev.orcinus.jit.ProgramJit;
import dev.orcinus.loader.UnresolvedSymbolsException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Tests that a program which is linked the third time, as it is kept of the second, does what it
 * did before. Only code for x86-64 is kept.
 */
@Timeout(240)
@EnabledOnOs(value = OS.LINUX, architectures = "amd64")
final class KnownProgramTest {
    private static final int TIMES = 4;

    /** The first times a program is linked of its objects; it is kept the second time. */
    private static final int FIRST_KNOWN = 2;

    private static final int PAUSE_MILLIS = 50;

    private static final String MAIN =
            """
            #include <cstdio>
            #include <cstdlib>
            #include <cstring>
            #include <stdexcept>
            #include <string>
            #include <thread>
            #include <unistd.h>
            struct Shape { virtual ~Shape(); virtual int area() const = 0; };
            Shape *square(int side);
            extern "C" int from_archive(int);
            extern "C" int missing(void) __attribute__((weak));
            extern "C" int tentative;
            extern thread_local int counter;
            extern int (*const table[])(int);
            int shared_count();
            int fail(int depth);
            std::string &order() { static std::string text; return text; }
            inline int &inlined() { static int value = 5; return value; }
            FILE *out = stdout;
            static char zeros[100000];
            struct First { First() { order() += "first "; } } first;
            static void last() { std::fprintf(out, "at exit\\n"); std::fflush(out); }
            struct Ended { ~Ended() { std::fprintf(out, "destructor\\n"); std::fflush(out); } } ended;
            static const char *name(int n) {
                switch (n) {
                    case 0: return "zero"; case 1: return "one"; case 2: return "two";
                    case 3: return "three"; case 4: return "four"; default: return "many";
                }
            }
            int main(int count, char **texts) {
                out = std::fopen(texts[1], "a");
                if (count > 2) {
                    dup2(fileno(out), 2);
                    fail(-1);
                }
                std::atexit(last);
                Shape *shape = square(4);
                counter += 2;
                int other = 0;
                std::thread([&] { counter++; other = counter; }).join();
                std::fprintf(out, "%s %d %d %d %d %d %d %d %s %s\\n", order().c_str(), shape->area(),
                    from_archive(2), missing ? 1 : 0, tentative, counter, other, shared_count(),
                    name(count), dynamic_cast<Shape *>(shape) == shape ? "same" : "other");
                for (int i = 0; i < 3; i++) std::fprintf(out, "%d ", table[i](i));
                for (char byte : zeros) if (byte) return 3;
                std::memset(zeros, 1, sizeof zeros);
                inlined()++;
                try { fail(3); } catch (const std::runtime_error &e) { std::fprintf(out, "%s\\n", e.what()); }
                delete shape;
                return 42;
            }
            """;

    private static final String OTHER =
            """
            #include <stdexcept>
            #include <string>
            std::string &order();
            inline int &inlined() { static int value = 5; return value; }
            struct Shape { virtual ~Shape(); virtual int area() const = 0; };
            Shape::~Shape() {}
            struct Square : Shape {
                int side;
                explicit Square(int of) : side(of) {}
                int area() const override { return side * side; }
            };
            Shape *square(int side) { return new Square(side); }
            thread_local int counter = 40;
            int shared_count() { return inlined(); }
            struct Second { Second() { order() += "second"; } } second;
            static int twice(int n) { return 2 * n; }
            static int square_of(int n) { return n * n; }
            extern int (*const table[])(int);
            int (*const table[])(int) = {twice, square_of, twice};
            extern "C" int fault(int *place) { return *(volatile int *) place; }
            int fail(int depth) {
                if (depth < 0) return fault(nullptr);
                if (depth == 0) throw std::runtime_error("thrown");
                std::string alive(100, 'x');
                return fail(depth - 1) + (int) alive.size();
            }
            """;

    private static final String MEMBER =
            "int tentative; static int (*next)(int); static int plus(int n) { return n + 70; }"
                    + " int from_archive(int n) { next = plus; return next(n); }";

    @TempDir private Path folder;

    private void compile(String option) throws Exception {
        write("main.cpp", MAIN);
        write("other.cpp", OTHER);
        write("member.c", MEMBER);
        String options = "-w -O1 -c " + option;
        run("c++ %s main.cpp other.cpp".formatted(options));
        run("cc %s -fcommon member.c && ar rc libmember.a member.o".formatted(options));
    }

    private void write(String name, String text) throws IOException {
        Files.writeString(folder.resolve(name), text);
    }

    private void run(String command) throws Exception {
        Process process =
                new ProcessBuilder("sh", "-c", command).directory(folder.toFile()).start();
        assumeTrue(process.waitFor() == 0, "no C++ compiler: install g++");
    }

    private List<Path> files(String... names) {
        return Stream.of(names).map(folder::resolve).toList();
    }

    private List<Path> objects() {
        return files("main.o", "other.o", "libmember.a");
    }

    /** Waits until another change of the files would be noticed. */
    private KnownProgram known(String request, List<Path> files) throws InterruptedException {
        Optional<KnownProgram> known = KnownProgram.of(folder + request, files);
        while (known.isEmpty()) {
            Thread.sleep(PAUSE_MILLIS);
            known = KnownProgram.of(folder + request, files);
        }
        return known.get();
    }

    /** Adds what is kept, or the files, and returns whether something was kept. */
    private static boolean add(ProgramDylib program, KnownProgram known, List<Path> files)
            throws IOException {
        if (program.addKnown(known)) {
            return true;
        }
        for (Path file : files) {
            program.add(file);
        }
        program.keepAs(known);
        return false;
    }

    /** Runs the program, and returns what it has written. */
    private String output(KnownProgram known, boolean isKept, String... more) throws IOException {
        return output(known, objects(), isKept, more);
    }

    private String output(KnownProgram known, List<Path> files, boolean isKept, String... more)
            throws IOException {
        Path out = folder.resolve("out");
        Files.deleteIfExists(out);
        List<String> arguments = new ArrayList<>(List.of("known", out.toString()));
        arguments.addAll(List.of(more));
        try (ProgramJit jit = Jit.program(arguments)) {
            ProgramDylib program = jit.createDylib("known");
            assertEquals(isKept, add(program, known, files));
            program.runAsProgram("main");
        }
        return Files.readString(out);
    }

    @ParameterizedTest
    @ValueSource(strings = {"-fPIC", "-fPIE", "-fPIC -fno-plt", "-fPIC -ftls-model=local-dynamic"})
    void itDoesWhatItDidBefore(String option) throws Exception {
        compile(option);
        KnownProgram known = known(option, objects());
        String expected =
                """
                first second 16 72 0 0 42 41 5 two same
                0 1 4 thrown
                at exit
                destructor
                """;
        for (int i = 0; i < TIMES; i++) {
            assertEquals(expected, output(known, i >= FIRST_KNOWN));
        }
    }

    @Test
    void aCrashIsReportedAsBefore() throws Exception {
        compile("-fPIC");
        KnownProgram known = known("crash", objects());
        for (int i = 0; i < TIMES; i++) {
            String report = output(known, i >= FIRST_KNOWN, "crash");
            assertTrue(report.contains("fault"), report);
            assertTrue(report.contains("other.o"), report);
            assertTrue(report.contains("main.o"), report);
        }
    }

    @Test
    void whatDoesNotFitIsLinkedOfItsObjects() throws Exception {
        compile("-fPIC");
        write("rest.c", "int missing_then(void) { return 1; } int from_rest(void) { return 0; }");
        write(
                "user.c",
                "#include <stdio.h>\nint from_rest(void); int main(int c, char **v)"
                        + " { FILE *f = fopen(v[1], \"w\"); fprintf(f, \"%d\", from_rest());"
                        + " return fclose(f); }");
        run("cc -fPIC -c user.c && cc -fPIC -shared rest.c -o librest.so");
        String library = folder.resolve("librest.so").toString();
        KnownProgram known = known("rest", files("user.o"));
        for (int i = 0; i < FIRST_KNOWN; i++) {
            try (ProgramJit jit = Jit.program(List.of("p", folder.resolve("out").toString()))) {
                ProgramDylib program = jit.createDylib("p");
                program.add(folder.resolve("user.o"));
                program.addLibrary(library);
                program.keepAs(known);
                program.runAsProgram("main");
            }
        }
        Path out = folder.resolve("again");
        try (ProgramJit jit = Jit.program(List.of("p", out.toString()))) {
            ProgramDylib program = jit.createDylib("p");
            assertTrue(program.addKnown(known));
            UnresolvedSymbolsException failure =
                    assertThrows(UnresolvedSymbolsException.class, program::link);
            try (ProgramJit next = jit.startAnew(failure)) {
                ProgramDylib anew = next.createDylib("p");
                anew.add(folder.resolve("user.o"));
                anew.addLibrary(library);
                anew.runAsProgram("main");
            }
        }
        assertEquals("0", Files.readString(out));
    }

    private void compileNumber(int number) throws Exception {
        write("number.c", "int number(void) { return %d; }".formatted(number));
        run("cc -fPIC -c number.c");
    }

    private void compileNumbers() throws Exception {
        write(
                "print.c",
                "#include <stdio.h>\nint number(void); int main(int c, char **v)"
                        + " { FILE *f = fopen(v[1], \"w\"); fprintf(f, \"%d\", number());"
                        + " return fclose(f); }");
        run("cc -fPIC -c print.c");
        compileNumber(1);
    }

    @Test
    void aProgramOfAThinArchiveIsKeptAsLongAsItsMembersStayTheSame() throws Exception {
        compileNumbers();
        run("ar rcT libthin.a number.o");
        List<Path> files = files("print.o", "libthin.a");
        known("members", files("number.o"));
        KnownProgram known = known("thin", files);
        for (int i = 0; i < TIMES; i++) {
            assertEquals("1", output(known, files, i >= FIRST_KNOWN));
        }
        compileNumber(2);
        assertEquals("2", output(known, files, false));
    }

    @Test
    void aProgramWhoseFileHasChangedMeanwhileIsNotKept() throws Exception {
        compileNumbers();
        run("cp number.o first.o");
        compileNumber(2);
        run("ln -s first.o linked.o");
        List<Path> files = files("print.o", "linked.o");
        KnownProgram known = known("linked", files);
        for (int i = 0; i < FIRST_KNOWN; i++) {
            run("ln -sfn number.o linked.o");
            assertEquals("2", output(known, files, false));
        }
        run("ln -sfn first.o linked.o");
        assertEquals("1", output(known, files, false));
    }

    @Test
    void aProgramWhoseEntryIsInAnArchiveIsKept() throws Exception {
        compileNumbers();
        run("ar rc libprint.a print.o");
        List<Path> files = files("number.o", "libprint.a");
        KnownProgram known = known("entry", files);
        for (int i = 0; i < TIMES; i++) {
            assertEquals("1", output(known, files, i >= FIRST_KNOWN));
        }
    }

    @Test
    void aProgramWithDebugInfoIsReportedWithItsLines() throws Exception {
        compile("-fPIC -g");
        KnownProgram known = known("lines", objects());
        String before = "";
        for (int i = 0; i < TIMES; i++) {
            String report = output(known, i >= FIRST_KNOWN, "crash");
            assertTrue(report.contains("other.cpp:"), report);
            assertTrue(report.contains("main.cpp:"), report);
            assertTrue(i == 0 || lines(report).equals(lines(before)), before + report);
            before = report;
        }
    }

    private static List<String> lines(String report) {
        return Pattern.compile("\\w+[.]cpp:\\d+")
                .matcher(report)
                .results()
                .map(MatchResult::group)
                .toList();
    }

    @Test
    void aForgottenProgramIsLinkedOfItsObjects() throws Exception {
        compile("-fPIC");
        KnownProgram known = known("forgotten", objects());
        for (int i = 0; i < FIRST_KNOWN; i++) {
            output(known, false);
        }
        known.forget();
        for (int i = 0; i < TIMES; i++) {
            output(known, false);
        }
    }
}
