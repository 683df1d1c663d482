package dev.orcinus.loader.format.macho;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.orcinus.formats.FileBytes;
import dev.orcinus.formats.MalformedFileException;
import dev.orcinus.formats.macho.MachFile;
import dev.orcinus.formats.macho.MachRelocation;
import dev.orcinus.formats.macho.MachSection;
import dev.orcinus.formats.macho.MachSymbol;
import dev.orcinus.loader.LinkException;
import dev.orcinus.loader.graph.LinkGraph;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** One field of a valid object is changed, and the refusal names the place and the value. */
final class MachOErrorsTest {
    private static final Path OBJECT =
            Path.of(
                    System.getProperty("orcinus.root"),
                    "loader/src/test/resources/dev/orcinus/loader/rich-macho.o");

    private ByteBuffer bytes;
    private MachFile file;

    @BeforeEach
    void read() throws IOException, MalformedFileException {
        byte[] object = Files.readAllBytes(OBJECT);
        bytes = ByteBuffer.wrap(object).order(ByteOrder.LITTLE_ENDIAN);
        file = MachFile.read(new FileBytes("a.o", MemorySegment.ofArray(object)));
    }

    private MachSection section(String fullName) {
        return file.sections().stream()
                .filter(section -> section.fullName().equals(fullName))
                .findFirst()
                .orElseThrow();
    }

    /** Returns the place in the file of the relocation at an offset of a section. */
    private int relocation(String section, int offset) throws MalformedFileException {
        return (int)
                file.relocations(section(section)).stream()
                        .filter(relocation -> relocation.offset() == offset)
                        .mapToLong(MachRelocation::at)
                        .findFirst()
                        .orElseThrow();
    }

    /** Changes the second word of the relocation of a call, {@code r_symbolnum} and the rest. */
    private void setCall(int clear, int set) throws MalformedFileException {
        int at = relocation("__TEXT,__text", 1) + 4;
        bytes.putInt(at, (bytes.getInt(at) & ~clear) | set);
    }

    private int symbol(String name) {
        MachSymbol found =
                file.symbols().symbols().stream()
                        .filter(symbol -> symbol.name().equals(name))
                        .findFirst()
                        .orElseThrow();
        int table =
                (int)
                        file.commands().stream()
                                .filter(c -> c.type() == 2)
                                .findFirst()
                                .orElseThrow()
                                .offset();
        return bytes.getInt(table + 8) + 16 * found.index();
    }

    private LinkGraph build() {
        return new MachOFormat().read("a.o", MemorySegment.ofArray(bytes.array()));
    }

    private void assertRefused(String message) {
        LinkException refusal = assertThrows(LinkException.class, this::build);
        assertEquals(message, refusal.getMessage().replaceFirst("^a\\.o\\+0x[0-9a-f]+: ", ""));
    }

    @Test
    void theObjectIsValid() {
        assertEquals("x86_64", build().architecture());
    }

    @Test
    void aTypeThatDoesNotExist() throws MalformedFileException {
        setCall(0xf000_0000, 0xa000_0000);
        assertRefused("a.o: __TEXT,__text+0x1: relocation 10 (unknown) is not supported");
    }

    @Test
    void aFieldOfAnotherSize() throws MalformedFileException {
        setCall(3 << 25, 3 << 25);
        assertRefused(
                "relocation X86_64_RELOC_BRANCH (2) at __TEXT,__text+0x1"
                        + " has r_pcrel 1 and 8 bytes, not 1 and 4");
    }

    @Test
    void aBranchThatIsNotRelative() throws MalformedFileException {
        setCall(1 << 24, 0);
        assertRefused(
                "relocation X86_64_RELOC_BRANCH (2) at __TEXT,__text+0x1"
                        + " has r_pcrel 0 and 4 bytes, not 1 and 4");
    }

    @Test
    void aSymbolThatDoesNotExist() throws MalformedFileException {
        setCall(0xff_ffff, 17);
        assertRefused("a relocation of __TEXT,__text+0x1 refers to symbol 17 of 17");
    }

    @Test
    void aSectionThatDoesNotExist() throws MalformedFileException {
        setCall((1 << 27) | 0xff_ffff, 11);
        assertRefused(
                "relocation X86_64_RELOC_BRANCH (2) at __TEXT,__text+0x1"
                        + " refers to section 11 of 10, which is not in memory");
    }

    @Test
    void anEntryForASection() throws MalformedFileException {
        int at = relocation("__TEXT,__text", 8) + 4;
        bytes.putInt(at, bytes.getInt(at) & ~(1 << 27));
        assertRefused(
                "relocation X86_64_RELOC_GOT_LOAD (3) at __TEXT,__text+0x8"
                        + " refers to no symbol (r_extern is 0)");
    }

    @Test
    void aPlaceOverTheEndOfABlock() throws MalformedFileException {
        bytes.putInt(relocation("__TEXT,__text", 1), 0x4c);
        assertRefused(
                "relocation X86_64_RELOC_BRANCH (2) at __TEXT,__text+0x4c"
                        + " leaves the content of its block, which has 0x4e bytes from 0x0 on");
    }

    @Test
    void aPlaceOverTheEndOfTheSection() throws MalformedFileException {
        bytes.putInt(relocation("__TEXT,__text", 1), 0x58);
        assertRefused(
                "relocation X86_64_RELOC_BRANCH (2) at __TEXT,__text+0x58"
                        + " leaves the content of its block, which has 0x8 bytes from 0x52 on");
    }

    @Test
    void aSubtractionWithoutItsSecondHalf() throws MalformedFileException {
        int at = relocation("__DATA,__data", 0x14) + MachRelocation.BYTES;
        bytes.putInt(at, 8);
        assertRefused(
                "relocation X86_64_RELOC_UNSIGNED (0) at __DATA,__data+0x8"
                        + " does not follow, at the same place, a SUBTRACTOR relocation");
    }

    @Test
    void aSymbolOutsideOfItsSection() {
        bytes.putLong(symbol("_kept") + 8, 0x5c);
        assertRefused(
                "symbol 1 '_kept' has n_value 0x5c outside of section 1 '__TEXT,__text'"
                        + " at 0x0 of 0x5b bytes");
        bytes.putLong(symbol("_kept") + 8, 0x5b);
        build();
    }

    /** The linker calls a resolver; a call of a variable would crash. */
    @Test
    void aResolverThatIsNoCode() {
        bytes.putShort(symbol("_variable") + 6, (short) 0x100);
        LinkException refusal = assertThrows(LinkException.class, this::build);
        assertTrue(
                refusal.getMessage()
                        .endsWith(
                                "'_variable' is a resolver (N_SYMBOL_RESOLVER), but there is no code"
                                        + " at 0x0 of its block of __DATA,__data"),
                refusal::getMessage);
    }

    @Test
    void anotherNameOfASymbol() {
        bytes.put(symbol("_far") + 4, (byte) 0xb);
        assertRefused(
                "a.o: symbol 14 '_far' is another name of an undefined symbol (N_INDR),"
                        + " which is not supported");
    }

    @Test
    void aSectionOfALinker() {
        bytes.putInt((int) section("__DATA,__data").headerOffset() + 64, 6);
        assertRefused("a.o: section __DATA,__data has the type 0x6, which only linkers make");
    }

    @Test
    void anotherKindOfFile() {
        bytes.putInt(12, 2);
        assertRefused(
                "a.o: a Mach-O file of type 2; only relocatable objects (1, what a compiler's -c"
                        + " makes) are linked");
    }

    @Test
    void anotherProcessor() {
        bytes.putInt(4, 0x0100_0012);
        assertRefused("a.o: Mach-O code for powerpc64; x86_64 and aarch64 are linked");
    }
}
