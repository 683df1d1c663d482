package dev.orcinus.formats.elf;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** A string table to be written ({@code SHT_STRTAB}). */
final class StringTable {
    private final ByteArrayOutputStream text = new ByteArrayOutputStream();

    StringTable() {
        text.write(0);
    }

    /** Adds a string and returns its offset. */
    int add(String string) {
        int offset = sizeBytes();
        text.writeBytes(string.getBytes(StandardCharsets.UTF_8));
        text.write(0);
        return offset;
    }

    /** Returns the length of the table. */
    int sizeBytes() {
        return text.size();
    }

    byte[] bytes() {
        return text.toByteArray();
    }
}
