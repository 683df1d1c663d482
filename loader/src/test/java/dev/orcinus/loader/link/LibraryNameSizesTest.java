package dev.orcinus.loader.link;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** Tests what is told of the memory that a library's names take. */
final class LibraryNameSizesTest {
    private static final int LONG_CHARS = 5_000;
    private static final String LONG = "x".repeat(LONG_CHARS);

    private static long size(Consumer<LateLibrary.Names> adder) {
        LateLibrary.Names names = new LateLibrary.Names(new LibraryExports(), new LibraryImports());
        adder.accept(names);
        return names.sizeBytes();
    }

    @Test
    void aLongNameTakesMoreThanAShortOne() {
        long shortBytes = size(names -> names.exports().add("x", "", true, 0));
        long longBytes = size(names -> names.exports().add(LONG, "", true, 0));
        assertEquals(LONG_CHARS - 1, longBytes - shortBytes);
    }

    @Test
    void aNameWithAVersionIsThereTwice() {
        long shortBytes = size(names -> names.exports().add("x", "V", true, 0));
        long longBytes = size(names -> names.exports().add(LONG, "V", true, 0));
        assertEquals(2 * (LONG_CHARS - 1), longBytes - shortBytes);
    }

    @Test
    void aReferenceThatHasToBeDefinedIsThereTwice() {
        long shortBytes = size(names -> names.imports().add("x", "V", false));
        long longBytes = size(names -> names.imports().add(LONG, "V", false));
        long weakBytes = size(names -> names.imports().add(LONG, "V", true));
        assertEquals(2 * (LONG_CHARS - 1), longBytes - shortBytes);
        assertEquals(LibraryExports.NAME_BYTES + LONG_CHARS, weakBytes);
    }

    @Test
    void aSymbolThatIsAddedAgainTakesNothing() {
        long once = size(names -> names.exports().add("x", "V", true, 0));
        long twice =
                size(
                        names -> {
                            names.exports().add("x", "V", true, 0);
                            names.exports().add("x", "V", true, 0);
                        });
        assertEquals(once, twice);
    }
}
