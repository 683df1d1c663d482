package dev.orcinus.loader.format.macho;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The table that Darwin's {@code isalpha} and its like read, for the locale "C" ({@code
 * _RuneLocale} of {@code runetype.h}; the bits are those of {@code _ctype.h}).
 */
final class RuneLocale {
    private static final int BYTES = 3216;
    private static final int TYPES = 60;
    private static final int CACHED = 256;
    private static final int LOWER = TYPES + CACHED * Integer.BYTES;
    private static final int UPPER = LOWER + CACHED * Integer.BYTES;

    private static final int ALPHA = 0x100;
    private static final int CONTROL = 0x200;
    private static final int DIGIT = 0x400;
    private static final int GRAPH = 0x800;
    private static final int LOWER_CASE = 0x1000;
    private static final int PUNCTUATION = 0x2000;
    private static final int SPACE = 0x4000;
    private static final int UPPER_CASE = 0x8000;
    private static final int HEX_DIGIT = 0x10000;
    private static final int BLANK = 0x20000;
    private static final int PRINT = 0x40000;

    private RuneLocale() {}

    /** Returns the bytes of the table. */
    static byte[] bytes() {
        ByteBuffer table = ByteBuffer.allocate(BYTES).order(ByteOrder.LITTLE_ENDIAN);
        table.put(new byte[] {'R', 'u', 'n', 'e', 'M', 'a', 'g', 'A', 'N', 'O', 'N', 'E'});
        for (int c = 0; c < CACHED; c++) {
            table.putInt(TYPES + c * Integer.BYTES, type(c));
            table.putInt(LOWER + c * Integer.BYTES, c >= 'A' && c <= 'Z' ? c + 0x20 : c);
            table.putInt(UPPER + c * Integer.BYTES, c >= 'a' && c <= 'z' ? c - 0x20 : c);
        }
        return table.array();
    }

    private static int type(int c) {
        if (c > '~') {
            return c == 0x7f ? CONTROL : 0;
        }
        if (c <= ' ') {
            return white(c);
        }
        int value = Character.digit(c, 16);
        int hex = value >= 0 ? HEX_DIGIT | value : 0;
        return GRAPH | PRINT | hex | visible(c);
    }

    private static int white(int c) {
        int type = c == ' ' ? PRINT : CONTROL;
        type |= c == ' ' || c == '\t' ? BLANK : 0;
        return type | (c == ' ' || (c >= '\t' && c <= '\r') ? SPACE : 0);
    }

    private static int visible(int c) {
        if (c >= '0' && c <= '9') {
            return DIGIT;
        }
        if (c >= 'A' && c <= 'Z') {
            return ALPHA | UPPER_CASE;
        }
        return c >= 'a' && c <= 'z' ? ALPHA | LOWER_CASE : PUNCTUATION;
    }
}
