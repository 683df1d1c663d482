package dev.orcinus.loader.format.elf;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.orcinus.loader.MalformedObjectException;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.opentest4j.AssertionFailedError;

/**
 * The linker calls the resolver of an indirect function, so it must be code. A symbol of a valid
 * object is changed.
 */
final class IndirectFunctionTest {
    private static final Path OBJECT =
            Path.of(
                    System.getProperty("orcinus.root"),
                    "loader/src/test/resources/dev/orcinus/loader/rich.o");
    private static final byte GLOBAL_INDIRECT = 0x1a;
    private static final int SHDR_BYTES = 64;
    private static final int SYM_BYTES = 24;
    private static final int SHT_SYMTAB = 2;

    private ByteBuffer bytes;

    @BeforeEach
    void read() throws IOException {
        bytes = ByteBuffer.wrap(Files.readAllBytes(OBJECT)).order(ByteOrder.LITTLE_ENDIAN);
    }

    private int section(int index) {
        return (int) bytes.getLong(40) + index * SHDR_BYTES;
    }

    private int start(int section) {
        return (int) bytes.getLong(section + 24);
    }

    private int symbol(String name) {
        int table = section(0);
        while (bytes.getInt(table + 4) != SHT_SYMTAB) {
            table += SHDR_BYTES;
        }
        int names = start(section(bytes.getInt(table + 40)));
        int end = start(table) + (int) bytes.getLong(table + 32);
        for (int at = start(table); at < end; at += SYM_BYTES) {
            if (name(names + bytes.getInt(at)).equals(name)) {
                return at;
            }
        }
        throw new AssertionFailedError("no symbol " + name);
    }

    private String name(int at) {
        int end = at;
        while (bytes.get(end) != 0) {
            end++;
        }
        return new String(bytes.array(), at, end - at, StandardCharsets.US_ASCII);
    }

    private void assertRefused(String message) {
        MalformedObjectException refusal =
                assertThrows(MalformedObjectException.class, this::build);
        assertTrue(refusal.getMessage().endsWith(message), refusal::getMessage);
    }

    private void build() {
        new ElfFormat().read("a.o", MemorySegment.ofArray(bytes.array()));
    }

    @Test
    void aResolverThatIsAVariable() {
        bytes.put(symbol("variable") + 4, GLOBAL_INDIRECT);
        assertRefused(
                "is an indirect function (STT_GNU_IFUNC), but there is no code at 0x0 of .data");
    }

    @Test
    void aResolverBehindTheEndOfItsSection() {
        int chosen = symbol("chosen");
        long size = bytes.getLong(section(bytes.getShort(chosen + 6)) + 32);
        bytes.putLong(chosen + 8, size - 1);
        assertDoesNotThrow(this::build);
        bytes.putLong(chosen + 8, size);
        assertRefused("but there is no code at 0x%x of .text".formatted(size));
    }
}
