package dev.orcinus.loader.link;

import dev.orcinus.loader.format.elf.ElfFormat;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;

/** The objects of the link tests, for tests that add them one by one. */
final class SuiteObjects {
    private static final Path SUITE =
            Path.of(System.getProperty("orcinus.root"), "loader/src/test/resources/link");

    private SuiteObjects() {}

    static Unit add(LinkSession session, Dylib dylib, String object) {
        MemorySegment bytes = read(object);
        return session.add(dylib, () -> new ElfFormat().read(object, bytes));
    }

    private static MemorySegment read(String object) {
        try {
            return MemorySegment.ofArray(Files.readAllBytes(SUITE.resolve(object)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
