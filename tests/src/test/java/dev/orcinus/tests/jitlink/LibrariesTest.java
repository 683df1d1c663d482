package dev.orcinus.tests.jitlink;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.orcinus.tests.llvm.ClientTest;
import dev.orcinus.tests.llvm.Fixtures;
import dev.orcinus.tests.llvm.JitLink;
import dev.orcinus.tests.llvm.Line;
import dev.orcinus.tests.llvm.Llvm;
import dev.orcinus.tests.llvm.SessionResult;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

/**
 * Tests of archives, shared libraries, absolute symbols, and the errors when something is missing.
 */
final class LibrariesTest {
    @TempDir Path directory;

    @ClientTest
    void anArchive(Llvm llvm, Line line) throws IOException, InterruptedException {
        new JitLink(llvm, line, directory)
                .inputs("archive_main.o", "libanswer.a")
                .run()
                .assertStatus(42);
    }

    @ClientTest
    void aSharedLibrary(Llvm llvm, Line line) throws IOException, InterruptedException {
        new JitLink(llvm, line, directory)
                .inputs("library_main.o")
                .options("-L" + Fixtures.FOLDER, "-ltriple")
                .run()
                .assertStatus(42);
    }

    @ClientTest
    void aPreloadedLibraryServesAllObjects(Llvm llvm, Line line)
            throws IOException, InterruptedException {
        new JitLink(llvm, line, directory)
                .inputs("library_main.o")
                .options("-preload=" + Fixtures.get("libtriple.so"))
                .run()
                .assertStatus(42);
    }

    @ClientTest
    void anAbsoluteSymbol(Llvm llvm, Line line) throws IOException, InterruptedException {
        new JitLink(llvm, line, directory)
                .options("-abs=absolute_value=0x2a")
                .inputs("absolute.o")
                .run()
                .assertStatus(42);
    }

    @ClientTest
    void aMissingLibraryIsNamedInTheDynamicLinkersWords(Llvm llvm, Line line)
            throws IOException, InterruptedException {
        new JitLink(llvm, line, directory)
                .options("-preload=/no/such/library.so")
                .inputs("silent.o")
                .run()
                .assertClientStatus(1)
                .assertErrorsContain(
                        "/no/such/library.so: cannot open shared object file: No such file or directory");
    }

    @ClientTest
    void missingSymbolsAreNamedTogether(Llvm llvm, Line line)
            throws IOException, InterruptedException {
        SessionResult result =
                new JitLink(llvm, line, directory)
                        .inputs("missing_symbol.o")
                        .run()
                        .assertClientStatus(1)
                        .assertErrorsContain(
                                "llvm-jitlink error: Symbols not found: [ no_such_function");
        assertTrue(result.errors().contains("no_such_function_either"), result::toString);
    }
}
