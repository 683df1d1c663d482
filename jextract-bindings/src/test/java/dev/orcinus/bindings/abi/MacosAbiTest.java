package dev.orcinus.bindings.abi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Compares the header classes for macOS with macOS's own headers, for both processors, and their
 * functions with libSystem's exports. It needs no Mac: {@code tests/macos/install.sh} brings the
 * headers.
 */
final class MacosAbiTest {
    private static final Pattern EXPORT = Pattern.compile("[\\s\\[,]'?_([\\w$]+)'?(?=[,\\]\\s])");

    @TempDir private Path directory;

    @ParameterizedTest
    @CsvSource({"arm64-apple-macos13,aarch64", "x86_64-apple-macos13,x86_64"})
    void constantsOffsetsAndPrototypesAreThoseOfTheHeaders(String target, String processor)
            throws Exception {
        Path sdk = sdk();
        Path source = directory.resolve("probe.c");
        Files.writeString(source, program());
        List<String> command = new ArrayList<>(List.of(sdk.resolve("zig").toString(), "clang"));
        command.addAll(List.of("-target", target, "-nostdinc", "-w", "-fsyntax-only"));
        for (String folder :
                List.of(
                        "clang-include",
                        "include/" + processor + "-macos.13-none",
                        "include/any-macos.13-any",
                        "include/any-macos-any")) {
            command.addAll(List.of("-isystem", sdk.resolve(folder).toString()));
        }
        command.add(source.toString());
        assertEquals("", Command.run(command));
    }

    @Test
    void libSystemExportsEveryFunction() throws IOException {
        String list = Files.readString(sdk().resolve("libSystem.13.tbd"));
        Set<String> exports =
                EXPORT.matcher(list).results().map(r -> r.group(1)).collect(Collectors.toSet());
        Set<String> missing = new TreeSet<>();
        for (HeaderSource header : headers()) {
            AbiChecks.functions(header).stream().map(Method::getName).forEach(missing::add);
        }
        missing.removeAll(exports);
        assertEquals(Set.of(), missing);
    }

    private static String program() {
        AbiChecks checks = new AbiChecks(headers());
        return "#include <stddef.h>\n#include <sys/types.h>\n"
                + checks.declarations()
                + checks.comparisons(
                        c ->
                                "_Static_assert((long long) (%s) == %s, \"%s\");"
                                        .formatted(c.c(), c.java(), c.what()));
    }

    private static List<HeaderSource> headers() {
        List<HeaderSource> headers = new ArrayList<>(HeaderSource.of("posix"));
        headers.addAll(HeaderSource.of("macos"));
        return headers;
    }

    /** Returns the folder that the script has filled, or skips the test. */
    private static Path sdk() {
        String home = System.getProperty("user.home");
        Path sdk =
                Optional.ofNullable(System.getenv("ORCINUS_MACOS_SDK"))
                        .map(Path::of)
                        .orElse(Path.of(home, ".cache/orcinus/macos-sdk"));
        assumeTrue(
                Files.isReadable(sdk.resolve("libSystem.13.tbd")),
                "no headers of macOS in " + sdk + ": tests/macos/install.sh brings them");
        return sdk;
    }
}
