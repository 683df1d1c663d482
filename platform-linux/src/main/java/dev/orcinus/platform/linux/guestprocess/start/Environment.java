package dev.orcinus.platform.linux.guestprocess.start;

import static dev.orcinus.platform.linux.StaticRoom.NAME;
import static dev.orcinus.platform.linux.StaticRoom.VARIABLE;
import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.orcinus.platform.linux.GuestMark;
import dev.orcinus.platform.spi.HostCallException;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;

/**
 * The environment of a guest process: that of another process, byte for byte, and room for static
 * thread-local storage of linked code, unless the user has set it.
 */
final class Environment {
    private Environment() {}

    /**
     * Returns the variables as {@code NAME=VALUE}, with a character for each byte.
     *
     * @param process the process whose variables these are, as {@code /proc} names it
     * @param roomBytes the room; 0 if no more is needed than each process has
     */
    static List<String> of(String process, long roomBytes) throws HostCallException {
        // a stream, because channels load the network's library
        try (InputStream variables = new FileInputStream("/proc/" + process + "/environ")) {
            return withRoom(split(new String(variables.readAllBytes(), ISO_8859_1)), roomBytes);
        } catch (IOException e) {
            throw new HostCallException("open", 0, "the environment of " + process + ": " + e);
        }
    }

    private static List<String> split(String all) {
        List<String> variables = new ArrayList<>();
        int start = 0;
        for (int end = all.indexOf(0); end >= 0; end = all.indexOf(0, start)) {
            variables.add(all.substring(start, end));
            start = end + 1;
        }
        return variables;
    }

    /** Returns variables with the mark of a guest instead of that of another one. */
    static List<String> withMark(List<String> variables, GuestMark mark) {
        List<String> all = new ArrayList<>(variables);
        all.removeIf(variable -> variable.startsWith(GuestMark.VARIABLE + "="));
        all.add(mark.assignment());
        return all;
    }

    static List<String> withRoom(List<String> variables, long roomBytes) {
        if (roomBytes == 0) {
            return variables;
        }
        List<String> all = new ArrayList<>(variables);
        for (int i = 0; i < all.size(); i++) {
            String variable = all.get(i);
            if (variable.startsWith(VARIABLE + "=")) {
                if (!variable.contains(NAME)) {
                    all.set(i, variable + ":" + NAME + roomBytes);
                }
                return all;
            }
        }
        all.add(VARIABLE + "=" + NAME + roomBytes);
        return all;
    }
}
