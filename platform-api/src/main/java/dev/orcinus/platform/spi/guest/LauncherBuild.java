package dev.orcinus.platform.spi.guest;

import java.util.HexFormat;
import java.util.Objects;

/**
 * What a launcher has been built for: it finds the daemon of the same build, and else the script
 * that starts a JVM.
 *
 * @param text the build id, an even number of hexadecimal digits, 16 at least
 * @param script the absolute path of the script
 */
public record LauncherBuild(String text, String script) {
    private static final int LEAST_DIGITS = 16;

    /** Checks the build id. */
    public LauncherBuild {
        Objects.requireNonNull(script, "script");
        if (text.length() < LEAST_DIGITS) {
            throw new IllegalArgumentException("'" + text + "' is too short for a build id");
        }
        HexFormat.of().parseHex(text);
    }

    /** Returns the bytes of the build id. */
    public byte[] id() {
        return HexFormat.of().parseHex(text);
    }
}
