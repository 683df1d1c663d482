package dev.orcinus.tests.code;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.orcinus.formats.code.CodeListing;
import dev.orcinus.tests.llvm.Llvm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Tests that a compiler makes the bytes of {@code ThreadExitCode}'s listings from {@code
 * thread-exit.c}. Skipped without LLVM 20, because other versions order instructions differently.
 */
@Timeout(180)
final class ThreadExitCodeTest {
    private static final Path SOURCE =
            Path.of(
                    System.getProperty("orcinus.root"),
                    "platform-posix/src/main/java/dev/orcinus/platform/posix/thread-exit.c");

    @TempDir private Path folder;

    @ParameterizedTest
    @CsvSource({"x86_64, ThreadExitCode$X64.CODE", "aarch64, ThreadExitCode$AArch64.CODE"})
    void theListingIsWhatTheCompilerMakesOfTheSource(String processor, String name)
            throws Exception {
        Path object = folder.resolve("thread-exit.o");
        List<String> command = new ArrayList<>();
        command.add(new Llvm(20).tool("clang"));
        command.add("--target=" + processor + "-linux-gnu");
        command.addAll(flags("clang: "));
        command.addAll(flags("clang for " + processor + ": "));
        command.addAll(List.of("-c", "-o", object.toString(), SOURCE.toString()));
        Assembled compiled = Assembled.by(folder, command, object);
        CodeListing listing = Listings.all().get(name);
        assertEquals(compiled.code(), Assembled.hex(listing.bytes()));
        assertEquals(
                compiled.references().stream().map(r -> r.symbol() + " at " + r.offset()).toList(),
                listing.holes().stream().map(h -> h.name() + " at " + h.offset()).toList());
    }

    /** Returns the compiler options in the source's comment. */
    private static List<String> flags(String prefix) throws IOException {
        for (String line : Files.readAllLines(SOURCE)) {
            if (line.startsWith(" * " + prefix)) {
                return List.of(line.substring(3 + prefix.length()).split(" "));
            }
        }
        return List.of();
    }
}
