package dev.orcinus.platform.linux.guestprocess.start;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.orcinus.formats.elf.VersionedSymbol;
import dev.orcinus.platform.linux.guestprocess.program.LowSymbols;
import dev.orcinus.platform.linux.guestprocess.program.ProgramShape;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Tests the order in which the libraries of a guest's program count. */
final class ProgramLibrariesOrderTest {
    private static List<String> needed(String... libraries) {
        List<VersionedSymbol> functions =
                List.of(
                        new VersionedSymbol("puts", "GLIBC_2.2.5", "libc.so.6"),
                        new VersionedSymbol("f", "", "/f.so"));
        LowSymbols symbols = new LowSymbols(functions, List.of());
        return ProgramLibraries.of(new ProgramShape(List.of(libraries), symbols, 0, false, false));
    }

    @Test
    void theCLibraryIsTheLastOne() {
        assertEquals(List.of("/f.so", "libc.so.6"), needed());
        assertEquals(List.of("/b.so", "/f.so", "libc.so.6"), needed("/b.so"));
        assertEquals(List.of("/f.so", "/b.so", "libc.so.6"), needed("/f.so", "/b.so"));
    }

    @Test
    void itStandsWhereTheProgramNamesIt() {
        assertEquals(List.of("libc.so.6", "/b.so", "/f.so"), needed("/lib/libc.so.6", "/b.so"));
    }
}
