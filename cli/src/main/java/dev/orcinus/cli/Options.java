package dev.orcinus.cli;

import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.file.InvalidPathException;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The options of a command: {@code --name value}, {@code --name=value}, and {@code --flag}. */
final class Options {
    private static final Pattern DURATION = Pattern.compile("(\\d+)(ms|s|m|h)?");
    private static final Pattern SIZE = Pattern.compile("(\\d{1,18})|(\\d{1,6})([KMGT])");
    private static final String SIZE_UNITS = " KMGT";
    private static final Duration LONGEST = Duration.ofDays(365);
    private static final String UNIX = "unix:";
    private static final int LARGEST_PORT = 0xffff;

    private final Map<String, String> values = new HashMap<>();
    private final Set<String> flags = new HashSet<>();

    /**
     * Reads the arguments of a command.
     *
     * @throws UsageException for an option that is not in {@code valued} or {@code plain}, and for
     *     an argument that is not an option
     */
    Options(List<String> arguments, Set<String> valued, Set<String> plain) throws UsageException {
        Deque<String> left = new ArrayDeque<>(arguments);
        while (!left.isEmpty()) {
            String argument = left.pop();
            int equals = argument.indexOf('=');
            String name = equals < 0 ? argument : argument.substring(0, equals);
            if (plain.contains(argument)) {
                flags.add(argument);
            } else if (!valued.contains(name)) {
                throw new UsageException("unknown argument '" + argument + "'");
            } else if (equals >= 0) {
                values.put(name, argument.substring(equals + 1));
            } else if (left.isEmpty()) {
                throw new UsageException(name + " needs a value");
            } else {
                values.put(name, left.pop());
            }
        }
    }

    boolean has(String flag) {
        return flags.contains(flag);
    }

    String text(String name, String standard) {
        return values.getOrDefault(name, standard);
    }

    SocketAddress address(String name, String standard) throws UsageException {
        return parseSocketAddress(values.getOrDefault(name, standard));
    }

    int number(String name, int standard) throws UsageException {
        String text = values.get(name);
        try {
            return text == null ? standard : Integer.parseInt(text);
        } catch (NumberFormatException e) {
            throw new UsageException(name + ": '" + text + "' is not a number");
        }
    }

    /** Returns a number of bytes, which may be written with the suffix K, M, G or T. */
    long size(String name, long standard) throws UsageException {
        String text = values.get(name);
        return text == null ? standard : parseSize(name, text);
    }

    private static long parseSize(String name, String text) throws UsageException {
        Matcher parts = SIZE.matcher(text);
        if (!parts.matches()) {
            throw new UsageException(
                    name + ": '" + text + "' is not a size; write 500M, 16G or a number of bytes");
        }
        return parts.group(1) == null
                ? Long.parseLong(parts.group(2)) << (10 * SIZE_UNITS.indexOf(parts.group(3)))
                : Long.parseLong(parts.group(1));
    }

    Duration duration(String name, Duration standard) throws UsageException {
        String text = values.get(name);
        return text == null ? standard : parseDuration(name, text);
    }

    /** Parses a duration; {@code name} says where it stands. */
    static Duration parseDuration(String name, String text) throws UsageException {
        Matcher parts = DURATION.matcher(text);
        if (!parts.matches() || parts.group(1).length() > 9) {
            throw new UsageException(
                    name + ": '" + text + "' is not a duration; write 500ms, 30s, 10m or 2h");
        }
        Duration duration = Duration.of(Long.parseLong(parts.group(1)), unit(parts.group(2)));
        if (duration.compareTo(LONGEST) > 0) {
            throw new UsageException(name + ": '" + text + "' is longer than a year");
        }
        return duration;
    }

    private static ChronoUnit unit(String suffix) {
        return switch (suffix == null ? "s" : suffix) {
            case "ms" -> ChronoUnit.MILLIS;
            case "m" -> ChronoUnit.MINUTES;
            case "h" -> ChronoUnit.HOURS;
            default -> ChronoUnit.SECONDS;
        };
    }

    /** Parses {@code HOST:PORT} or {@code unix:PATH}. */
    static SocketAddress parseSocketAddress(String text) throws UsageException {
        if (!text.startsWith(UNIX)) {
            return parseAddress(text);
        }
        if (text.equals(UNIX)) {
            throw new UsageException("'" + text + "' names no file: write unix:PATH");
        }
        try {
            return UnixDomainSocketAddress.of(text.substring(UNIX.length()));
        } catch (InvalidPathException e) {
            throw new UsageException("'" + text + "': " + e.getReason());
        }
    }

    /** Parses {@code HOST:PORT}, where an IPv6 host is in brackets. */
    static InetSocketAddress parseAddress(String text) throws UsageException {
        int colon = text.lastIndexOf(':');
        String host = colon < 0 ? "" : text.substring(0, colon);
        if (host.startsWith("[") && host.endsWith("]")) {
            host = host.substring(1, host.length() - 1);
        }
        try {
            int port = Integer.parseInt(text.substring(colon + 1));
            if (host.isEmpty() || port < 0 || port > LARGEST_PORT) {
                throw new UsageException("'" + text + "' is not of the form HOST:PORT");
            }
            return new InetSocketAddress(host, port);
        } catch (NumberFormatException e) {
            throw new UsageException("'" + text + "' is not of the form HOST:PORT");
        }
    }
}
