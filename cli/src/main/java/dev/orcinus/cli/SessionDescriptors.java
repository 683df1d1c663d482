package dev.orcinus.cli;

import dev.orcinus.platform.spi.host.HostChannel;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The descriptors on which a controller has started this executor: {@code filedescs=IN,OUT}, or
 * {@code socket:adopt=FD}.
 *
 * @param in the one to read from
 * @param out the one to write to, which may be the same
 * @param socket the argument, if it says that they are a socket; else null
 */
record SessionDescriptors(int in, int out, String socket) {
    static final String PIPES = "filedescs";
    static final String SOCKET = "socket:adopt";

    private static final Pattern NUMBER = Pattern.compile("\\d{1,9}");
    private static final Pattern PAIR = Pattern.compile("(\\d{1,9}),(\\d{1,9})");

    /** Returns whether an argument names descriptors. */
    static boolean areIn(String argument) {
        return argument.startsWith(PIPES + "=") || argument.startsWith(SOCKET + "=");
    }

    /** Parses an argument that names descriptors. */
    static SessionDescriptors parse(String argument) throws UsageException {
        int equals = argument.indexOf('=');
        String numbers = argument.substring(equals + 1);
        return argument.substring(0, equals).equals(PIPES) ? ofPair(numbers) : ofSocket(numbers);
    }

    private static SessionDescriptors ofPair(String pair) throws UsageException {
        Matcher numbers = PAIR.matcher(pair);
        if (!numbers.matches()) {
            throw new UsageException(
                    "filedescs=" + pair + ": expected two descriptors, as in filedescs=3,6");
        }
        return new SessionDescriptors(
                Integer.parseInt(numbers.group(1)), Integer.parseInt(numbers.group(2)), null);
    }

    private static SessionDescriptors ofSocket(String number) throws UsageException {
        String argument = "socket:adopt=" + number;
        if (!NUMBER.matcher(number).matches()) {
            throw new UsageException(argument + ": expected one descriptor, as in socket:adopt=3");
        }
        int descriptor = Integer.parseInt(number);
        return new SessionDescriptors(descriptor, descriptor, argument);
    }

    /** Returns the line over these descriptors, if it is of the right kind; else closes it. */
    HostChannel checked(HostChannel line) throws UsageException {
        if (socket != null && !line.isSocket()) {
            line.close();
            throw new UsageException(socket + ": the descriptor is no socket");
        }
        return line;
    }
}
