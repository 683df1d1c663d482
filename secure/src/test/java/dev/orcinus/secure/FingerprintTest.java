package dev.orcinus.secure;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class FingerprintTest {
    private static final String HEX =
            "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";

    @Test
    void allFormsAreRead() {
        Fingerprint expected = new Fingerprint(HEX);
        assertEquals("SHA256:" + HEX, expected.toString());
        assertEquals(expected, Fingerprint.parse(expected.toString()));
        assertEquals(expected, Fingerprint.parse(HEX + "\n"));
        String colons = HEX.toUpperCase(Locale.ROOT).replaceAll("..(?!$)", "$0:");
        assertEquals(expected, Fingerprint.parse("SHA256: " + colons));
        assertEquals(expected, Fingerprint.parse("sha256:" + colons));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "SHA256:", "SHA1:0011", "SHA256:0011"})
    void othersAreRefused(String text) {
        assertEquals(
                "'" + text + "' is no fingerprint: SHA256: and 64 hexadecimal digits",
                assertThrows(IllegalArgumentException.class, () -> Fingerprint.parse(text))
                        .getMessage());
        assertThrows(IllegalArgumentException.class, () -> new Fingerprint("g" + HEX.substring(1)));
    }
}
