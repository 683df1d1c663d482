package dev.orcinus.executor.orcrt.core;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.orcinus.executor.orcrt.elf.ElfNixRuntime;
import dev.orcinus.formats.code.CodeListing;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Tests of the archive's code; {@code ListingsTest} compares its instructions with an assembler's
 * bytes.
 */
final class RuntimeCodeTest {
    private static final List<? extends EntryPoint> ENTRIES = new ElfNixRuntime().entryPoints();
    private static final Layout LAYOUT = new Layout(ENTRIES);

    private static RuntimeCode code(String arch) {
        return RuntimeCode.of(arch).orElseThrow();
    }

    @ParameterizedTest
    @ValueSource(strings = {"x86_64", "aarch64"})
    void theHandWrittenCodeIsWhereTheLayoutHasIt(String arch) {
        CodeListing listing = code(arch).listing();
        assertTrue(listing.sizeBytes() <= Layout.THUNKS, listing.sizeBytes() + " bytes");
        assertEquals(Layout.CONTEXT, listing.offsetOf("anchor"));
        assertEquals(Layout.WRAPPER_SLOT, listing.offsetOf("wrapper_slot"));
        assertEquals(Layout.FUNCTION_SLOT, listing.offsetOf("function_slot"));
        assertEquals(Layout.NEEDED_SLOT, listing.offsetOf("needed_slot"));
        assertEquals(Layout.CODE, listing.offsetOf("wrapper"));
        byte[] written = code(arch).write(LAYOUT);
        assertEquals(LAYOUT.sizeBytes(), written.length);
        assertArrayEquals(
                Arrays.copyOfRange(listing.bytes(), Layout.CODE, listing.sizeBytes()),
                Arrays.copyOfRange(written, Layout.CODE, listing.sizeBytes()));
        assertEquals(
                Layout.MARK,
                ByteBuffer.wrap(written).order(ByteOrder.LITTLE_ENDIAN).getLong(Layout.MARKED));
    }

    /** Tests a thunk for each of the two pieces of code that make calls in Java. */
    @ParameterizedTest
    @CsvSource({
        "x86_64, RUN_PROGRAM_WRAPPER, b80d000000 e94efdffff",
        "x86_64, DLCLOSE, b814000000 e9f6fcffff",
        "aarch64, RUN_PROGRAM_WRAPPER, b0018052 55ffff17",
        "aarch64, DLCLOSE, 90028052 3fffff17"
    })
    void aThunkLoadsItsNumberAndJumps(String arch, String entry, String expected) {
        int offset =
                Layout.offset(
                        ENTRIES.stream()
                                .filter(e -> e.toString().equals(entry))
                                .findFirst()
                                .orElseThrow());
        String hex = expected.replace(" ", "");
        byte[] thunk =
                Arrays.copyOfRange(code(arch).write(LAYOUT), offset, offset + hex.length() / 2);
        assertEquals(hex, HexFormat.of().formatHex(thunk));
    }
}
