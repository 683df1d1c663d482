package dev.orcinus.platform.spi.guest;

import java.util.HexFormat;

/**
 * The build that launchers and their daemon are of. They serve each other only if it is the same.
 *
 * @param text its id, an even number of hexadecimal digits, 16 at least
 */
public record LauncherBuild(String text) {
    private static final int LEAST_DIGITS = 16;

    /** Checks the id. */
    public LauncherBuild {
        if (text.length() < LEAST_DIGITS) {
            throw new IllegalArgumentException("'" + text + "' is too short for a build id");
        }
        HexFormat.of().parseHex(text);
    }

    /** Returns the bytes of the id. */
    public byte[] id() {
        return HexFormat.of().parseHex(text);
    }
}
