package dev.orcinus.platform.linux;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.Charset;
import java.util.List;

/** Texts as C functions take them. */
public final class CStrings {
    private CStrings() {}

    /** Returns an array of C strings that a null pointer ends. */
    public static MemorySegment array(Arena arena, List<String> texts, Charset charset) {
        MemorySegment array = arena.allocate(JAVA_LONG, texts.size() + 1L);
        for (int i = 0; i < texts.size(); i++) {
            byte[] text = texts.get(i).getBytes(charset);
            MemorySegment copy = arena.allocate(text.length + 1L);
            MemorySegment.copy(text, 0, copy, JAVA_BYTE, 0, text.length);
            array.setAtIndex(JAVA_LONG, i, copy.address());
        }
        return array;
    }
}
