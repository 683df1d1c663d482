package dev.orcinus.platform.linux.guestprocess.start;

import static dev.orcinus.platform.linux.StaticRoom.SETTING;
import static dev.orcinus.platform.linux.StaticRoom.VARIABLE;
import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The environment of a guest process: that of this process, byte for byte, and room for static
 * thread-local storage of linked code, unless the user has set it.
 */
final class Environment {
    private static final String NAME_OF_ROOM = SETTING.substring(0, SETTING.indexOf('=') + 1);

    private Environment() {}

    /** Returns the variables as {@code NAME=VALUE}, with a character for each byte. */
    static List<String> ofGuest() {
        return withRoom(own());
    }

    private static List<String> own() {
        try {
            String all = new String(Files.readAllBytes(Path.of("/proc/self/environ")), ISO_8859_1);
            return all.isEmpty() ? List.of() : List.of(all.split("\0"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static List<String> withRoom(List<String> variables) {
        List<String> all = new ArrayList<>(variables);
        for (int i = 0; i < all.size(); i++) {
            String variable = all.get(i);
            if (variable.startsWith(VARIABLE + "=")) {
                if (!variable.contains(NAME_OF_ROOM)) {
                    all.set(i, variable + ":" + SETTING);
                }
                return all;
            }
        }
        all.add(VARIABLE + "=" + SETTING);
        return all;
    }
}
