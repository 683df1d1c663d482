package dev.orcinus.platform.linux.guestprocess.program;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.orcinus.formats.elf.VersionedSymbol;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Tests which programs serve before their libraries are initialized. */
final class ProgramShapeTest {
    private static ProgramShape shape(List<String> libraries, String... ofSymbols) {
        List<VersionedSymbol> functions =
                List.of(ofSymbols).stream().map(one -> new VersionedSymbol("f", "", one)).toList();
        return new ProgramShape(libraries, new LowSymbols(functions, List.of()), 0, false, false);
    }

    @Test
    void onlyThoseWithOtherLibrariesThanTheCLibraryDo() {
        assertFalse(ProgramShape.PLAIN.servesBeforeInitializers());
        assertFalse(shape(List.of(), "libc.so.6").servesBeforeInitializers());
        assertTrue(shape(List.of(), "libc.so.6", "/b.so").servesBeforeInitializers());
        assertTrue(shape(List.of("b.so")).servesBeforeInitializers());
    }

    @Test
    void aProgramWithLibrariesHasAFileOfItsOwn() {
        assertEquals(
                List.of(true, false, false),
                List.of(
                        ProgramShape.PLAIN.hasPlainFile(),
                        shape(List.of("b.so")).hasPlainFile(),
                        shape(List.of(), "libc.so.6").hasPlainFile()));
    }
}
