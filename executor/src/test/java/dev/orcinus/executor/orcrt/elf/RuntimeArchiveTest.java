package dev.orcinus.executor.orcrt.elf;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.orcinus.executor.orcrt.core.Layout;
import dev.orcinus.executor.orcrt.core.OrcRuntime;
import dev.orcinus.executor.orcrt.core.RuntimeArchive;
import dev.orcinus.executor.orcrt.core.Tag;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Tests that read the archive with a reader of their own: "ar" in the form of System V, ELF as in
 * the gABI.
 */
final class RuntimeArchiveTest {
    private static final OrcRuntime RUNTIME = new ElfNixRuntime();
    private static final int ARCHIVE_MAGIC_BYTES = 8;
    private static final int MEMBER_HEADER_BYTES = 60;

    private byte[] archive;

    private record Symbol(int section, int info, long value) {}

    private String text(int offset, int size) {
        return new String(archive, offset, size, StandardCharsets.US_ASCII);
    }

    private int size(int header) {
        return Integer.parseInt(text(header + 48, 10).strip());
    }

    private int objectHeader() {
        int index = size(ARCHIVE_MAGIC_BYTES);
        return ARCHIVE_MAGIC_BYTES + MEMBER_HEADER_BYTES + index + (index & 1);
    }

    private ByteBuffer object() {
        int header = objectHeader();
        return ByteBuffer.wrap(archive, header + MEMBER_HEADER_BYTES, size(header))
                .slice()
                .order(ByteOrder.LITTLE_ENDIAN);
    }

    private static String string(ByteBuffer file, int offset) {
        StringBuilder text = new StringBuilder();
        for (int i = offset; file.get(i) != 0; i++) {
            text.append((char) file.get(i));
        }
        return text.toString();
    }

    private static Map<String, Symbol> symbols(ByteBuffer file) {
        int headers = (int) file.getLong(40);
        int symbols = headers + 3 * 64;
        int strings = (int) file.getLong(headers + 4 * 64 + 24);
        int start = (int) file.getLong(symbols + 24);
        int count = (int) file.getLong(symbols + 32) / 24;
        Map<String, Symbol> found = new TreeMap<>();
        for (int i = 1; i < count; i++) {
            int at = start + i * 24;
            found.put(
                    string(file, strings + file.getInt(at)),
                    new Symbol(file.getShort(at + 6), file.get(at + 4), file.getLong(at + 8)));
        }
        return found;
    }

    @ParameterizedTest
    @ValueSource(strings = {"x86_64", "aarch64"})
    void theIndexNamesEveryDefinedSymbolAndItsMember(String arch) {
        archive = RuntimeArchive.write(RUNTIME, arch);
        assertEquals("!<arch>\n", text(0, ARCHIVE_MAGIC_BYTES));
        int start = ARCHIVE_MAGIC_BYTES + MEMBER_HEADER_BYTES;
        ByteBuffer index = ByteBuffer.wrap(archive, start, size(ARCHIVE_MAGIC_BYTES)).slice();
        int count = index.getInt();
        List<String> names = new ArrayList<>();
        int name = 4 + 4 * count;
        for (int i = 0; i < count; i++) {
            assertEquals(objectHeader(), index.getInt(), "offset of the member");
            names.add(string(index, name));
            name += names.getLast().length() + 1;
        }
        TreeSet<String> defined = new TreeSet<>(symbols(object()).keySet());
        symbols(object()).forEach((n, symbol) -> defined.remove(symbol.section == 0 ? n : ""));
        assertEquals(defined, new TreeSet<>(names));
    }

    @ParameterizedTest
    @ValueSource(strings = {"x86_64", "aarch64"})
    void everyEntryAndTagOfLlvmIsDefinedAtItsPlace(String arch) {
        archive = RuntimeArchive.write(RUNTIME, arch);
        Map<String, Symbol> symbols = symbols(object());
        for (ElfNixEntry entry : ElfNixEntry.ALL) {
            if (!entry.symbol().isEmpty()) {
                assertEquals(
                        new Symbol(1, 0x12, Layout.offset(entry)), symbols.get(entry.symbol()));
            }
        }
        for (Tag tag : Tag.ALL) {
            assertEquals(
                    new Symbol(1, 0x11, new Layout(ElfNixEntry.ALL).offset(tag)),
                    symbols.get(RUNTIME.symbol(tag)));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"x86_64", "aarch64"})
    void onlyOurNamesAndTheContextAreAskedFor(String arch) {
        archive = RuntimeArchive.write(RUNTIME, arch);
        TreeSet<String> undefined = new TreeSet<>();
        symbols(object()).forEach((name, s) -> undefined.add(s.section == 0 ? name : ""));
        undefined.remove("");
        assertEquals(
                new TreeSet<>(
                        List.of(
                                "__orc_rt_jit_dispatch_ctx",
                                "orcinus_rt_function",
                                "orcinus_rt_needed_function",
                                "orcinus_rt_wrapper")),
                undefined);
    }

    @ParameterizedTest
    @ValueSource(strings = {"x86_64", "aarch64"})
    void itIsSmallAndAlwaysTheSame(String arch) {
        archive = RuntimeArchive.write(RUNTIME, arch);
        assertTrue(archive.length < 8192, archive.length + " bytes");
        assertArrayEquals(archive, RuntimeArchive.write(RUNTIME, arch));
    }

    @Test
    void otherProcessorsAreRefused() {
        UnsupportedOperationException refusal =
                assertThrows(
                        UnsupportedOperationException.class,
                        () -> RuntimeArchive.write(RUNTIME, "riscv64"));
        assertTrue(refusal.getMessage().contains("riscv64"), refusal.getMessage());
    }
}
