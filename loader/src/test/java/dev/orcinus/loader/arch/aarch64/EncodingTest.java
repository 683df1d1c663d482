package dev.orcinus.loader.arch.aarch64;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.orcinus.loader.graph.Section;
import dev.orcinus.loader.graph.TlsBlock;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Each line of {@code relocations.s} gets the same bytes as from LLD. */
final class EncodingTest {
    private static final String MARK = "//=";
    private static final TlsBlock TLS = new TlsBlock(1, 16, Map.of());

    @Test
    void everyLineIsEncodedAsByLld() {
        List<String> source = TestObject.source("relocations.s");
        TestObject object = TestObject.read("relocations.o").lower(_ -> true);
        object.graph().setTls(TLS);
        object.place(Section.Use.CODE, header(source, "@text").getFirst());
        object.place(Section.Use.VARIABLES, header(source, "@data").getFirst());
        source.stream()
                .map(line -> line.split("\\s+"))
                .filter(words -> words.length == 4 && words[1].equals("@define"))
                .forEach(words -> object.resolve(words[2], number(words[3])));
        object.fixUp();
        List<String> expected = new ArrayList<>();
        List<String> actual = new ArrayList<>();
        String section = "";
        int at = 0;
        for (String line : source) {
            String code = line.strip();
            if (code.startsWith(".text") || code.startsWith(".data")) {
                section = code;
                at = 0;
            }
            if (code.contains(MARK)) {
                String word = code.substring(code.indexOf(MARK) + MARK.length()).strip();
                int sizeBytes = word.length() / 2;
                String place = section + "+0x" + Integer.toHexString(at) + ": ";
                String text = code.substring(0, code.indexOf(MARK)).strip();
                expected.add(place + text + " " + word);
                actual.add(place + text + " " + hex(object.content(section), at, sizeBytes));
                at += sizeBytes;
            }
        }
        assertTrue(expected.size() > 90, "only " + expected.size() + " lines");
        assertEquals(String.join("\n", expected), String.join("\n", actual));
    }

    private static List<Long> header(List<String> source, String name) {
        return source.stream()
                .map(line -> line.split("\\s+"))
                .filter(words -> words.length == 3 && words[1].equals(name))
                .map(words -> number(words[2]))
                .toList();
    }

    private static long number(String text) {
        return Long.parseUnsignedLong(text.substring(2), 16);
    }

    private static String hex(MemorySegment bytes, long at, int sizeBytes) {
        StringBuilder hex = new StringBuilder();
        for (int i = sizeBytes - 1; i >= 0; i--) {
            hex.append(HexFormat.of().toHexDigits(bytes.get(Memory.BYTE, at + i)));
        }
        return hex.toString();
    }
}
