package dev.orcinus.platform.linux.guestprocess.start;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The command line of a process, byte for byte. The arguments that Java has from it are decoded by
 * the user's locale, which may have lost some bytes.
 */
final class CommandLine {
    private CommandLine() {}

    /**
     * Returns arguments as they were given to a process, if they are its last ones.
     *
     * @param given all arguments of the process
     * @param arguments a program's name, and then its arguments
     */
    static List<byte[]> exact(List<byte[]> given, List<String> arguments) {
        List<byte[]> exact = given(given, arguments);
        for (int i = 0; i < exact.size(); i++) {
            if (exact.get(i) == null) {
                exact.set(i, arguments.get(i).getBytes(UTF_8));
            }
        }
        return exact;
    }

    /**
     * Returns arguments as they were given to a process; null for those that are not among its last
     * ones, and for the first, which is a name.
     */
    static List<byte[]> given(List<byte[]> given, List<String> arguments) {
        int offset = given.size() - arguments.size();
        List<byte[]> exact = new ArrayList<>(arguments.size());
        exact.add(null);
        for (int i = 1; i < arguments.size(); i++) {
            byte[] decoded = arguments.get(i).getBytes(UTF_8);
            boolean isGiven = offset >= 0 && isDecodedFrom(given.get(offset + i), decoded);
            exact.add(isGiven ? given.get(offset + i) : null);
        }
        return exact;
    }

    /** Returns all arguments of this process; none if the system hides them. */
    static List<byte[]> ofThisProcess() {
        List<byte[]> given = new ArrayList<>();
        try {
            byte[] all = Files.readAllBytes(Path.of("/proc/self/cmdline"));
            int start = 0;
            for (int end = 0; end < all.length; end++) {
                if (all[end] == 0) {
                    given.add(Arrays.copyOfRange(all, start, end));
                    start = end + 1;
                }
            }
        } catch (IOException hidden) {
            // then what Java has decoded has to do
        }
        return given;
    }

    /** Returns whether all that no locale loses is the same. */
    private static boolean isDecodedFrom(byte[] given, byte[] decoded) {
        return kept(given).equals(kept(decoded));
    }

    private static String kept(byte[] bytes) {
        StringBuilder text = new StringBuilder(bytes.length);
        for (byte b : bytes) {
            if (b > 0 && b != '?') {
                text.append((char) b);
            }
        }
        return text.toString();
    }
}
