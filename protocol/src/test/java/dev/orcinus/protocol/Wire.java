package dev.orcinus.protocol;

import dev.orcinus.platform.ExecutorAddress;
import java.io.ByteArrayOutputStream;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Fixtures in the notation of the protocol reference: hexadecimal bytes, {@code 04..} for a 64-bit
 * number whose low bytes these are, text in quotes; bars and white space separate.
 */
public final class Wire {
    private static final Pattern TOKEN =
            Pattern.compile("'([^']*)'|((?:[0-9a-f]{2})+)(\\.\\.)?|[|\\s]+|(.)");

    private Wire() {}

    /** Returns the bytes of a fixture. */
    public static byte[] of(String fixture) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        Matcher token = TOKEN.matcher(fixture);
        while (token.find()) {
            if (token.group(4) != null) {
                throw new AssertionError("fixture: '" + token.group(4) + "' in " + fixture);
            } else if (token.group(1) != null) {
                bytes.writeBytes(token.group(1).getBytes(StandardCharsets.UTF_8));
            } else if (token.group(2) != null) {
                byte[] digits = HexFormat.of().parseHex(token.group(2));
                bytes.writeBytes(digits);
                bytes.writeBytes(new byte[token.group(3) == null ? 0 : Long.BYTES - digits.length]);
            }
        }
        return bytes.toByteArray();
    }

    /** Returns the bytes of a fixture as a segment. */
    public static MemorySegment segment(String fixture) {
        return MemorySegment.ofArray(of(fixture));
    }

    /** Returns an address. */
    public static ExecutorAddress address(long value) {
        return new ExecutorAddress(value);
    }
}
