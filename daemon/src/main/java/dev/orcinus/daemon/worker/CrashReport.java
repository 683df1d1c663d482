package dev.orcinus.daemon.worker;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The parts of HotSpot's error report about a crashed worker.
 *
 * @param signal the signal's name
 * @param detail the signal's code and address, as in {@code SEGV_MAPERR at 0x8}; empty if the
 *     signal has none
 * @param pc the address of the crash, hexadecimal
 * @param frame the function and library there; empty for JIT-linked code
 * @param pcRegion the memory mapping around {@code pc}
 * @param addressRegion the memory mapping around the faulting address, or another description of it
 */
public record CrashReport(
        String signal,
        String detail,
        String pc,
        String frame,
        Optional<String> pcRegion,
        Optional<String> addressRegion) {
    private static final Pattern HEADLINE =
            Pattern.compile("#\\s+(SIG\\w+) \\(0x\\w+\\) at pc=(0x\\p{XDigit}+).*");
    private static final Pattern FRAME =
            Pattern.compile("# [CVJvjA]\\s+(?:\\[([^\\]]+)\\])?\\s*(.*)");
    private static final Pattern SIGINFO =
            Pattern.compile(
                    "siginfo: si_signo: \\d+ \\(SIG\\w+\\), si_code: -?\\d+ \\((\\w+)\\)(?:, si_addr: (0x\\p{XDigit}+))?.*");
    private static final Pattern MAPPING =
            Pattern.compile("(\\p{XDigit}+)-(\\p{XDigit}+) ([rwxsp-]{4}) \\S+ \\S+ \\S+\\s*(.*)");
    private static final Pattern STACK = Pattern.compile("Stack: \\[(0x\\p{XDigit}+),.*");
    private static final long STACK_END_BYTES = 64 << 10;
    private static final Pattern OFFSET_ONLY = Pattern.compile("0x\\p{XDigit}+");

    /** Returns the report in a file; empty if the file is no report. */
    static Optional<CrashReport> read(Path file) throws IOException {
        return parse(Files.readAllLines(file, StandardCharsets.ISO_8859_1));
    }

    static Optional<CrashReport> parse(List<String> lines) {
        Optional<Matcher> headline = first(HEADLINE, lines);
        if (headline.isEmpty()) {
            return Optional.empty();
        }
        String pc = headline.get().group(2);
        Optional<Matcher> info = first(SIGINFO, lines);
        Optional<String> address = info.map(m -> m.group(2));
        return Optional.of(
                new CrashReport(
                        headline.get().group(1),
                        info.map(m -> detail(m.group(1), m.group(2))).orElse(""),
                        pc,
                        frame(lines),
                        region(lines, pc),
                        address.flatMap(a -> addressRegion(lines, a))));
    }

    private static String detail(String code, String address) {
        return address == null ? code : code + " at " + address;
    }

    private static Optional<Matcher> first(Pattern pattern, List<String> lines) {
        return lines.stream().map(pattern::matcher).filter(Matcher::matches).findFirst();
    }

    /**
     * Returns the line after "Problematic frame"; for JIT-linked code it holds the address only.
     */
    private static String frame(List<String> lines) {
        int at = lines.indexOf("# Problematic frame:");
        if (at < 0 || at + 1 >= lines.size()) {
            return "";
        }
        Matcher frame = FRAME.matcher(lines.get(at + 1));
        if (!frame.matches() || OFFSET_ONLY.matcher(frame.group(2)).matches()) {
            return "";
        }
        String library = frame.group(1) == null ? "" : frame.group(1);
        return (frame.group(2) + " " + library).trim();
    }

    private static Optional<String> addressRegion(List<String> lines, String address) {
        return first(STACK, lines)
                .filter(stack -> isNearEnd(parse(stack.group(1)), parse(address)))
                .map(_ -> "the end of a stack that overflowed")
                .or(() -> region(lines, address));
    }

    /**
     * Returns whether an address is near the low end of a stack: in HotSpot's guard pages, or below
     * them after a large frame.
     */
    private static boolean isNearEnd(long stackEnd, long address) {
        return Math.abs(address - stackEnd) < STACK_END_BYTES;
    }

    private static Optional<String> region(List<String> lines, String address) {
        long value = parse(address);
        return lines.stream()
                .map(MAPPING::matcher)
                .filter(Matcher::matches)
                .filter(m -> contains(m, value))
                .map(CrashReport::describe)
                .findFirst();
    }

    private static long parse(String address) {
        return Long.parseUnsignedLong(address.substring(2), 16);
    }

    private static boolean contains(Matcher mapping, long address) {
        return Long.compareUnsigned(Long.parseUnsignedLong(mapping.group(1), 16), address) <= 0
                && Long.compareUnsigned(address, Long.parseUnsignedLong(mapping.group(2), 16)) < 0;
    }

    private static String describe(Matcher mapping) {
        String name = mapping.group(4).isEmpty() ? "JIT or heap memory" : mapping.group(4);
        return "0x"
                + mapping.group(1)
                + "--0x"
                + mapping.group(2)
                + " "
                + mapping.group(3)
                + " "
                + name;
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder(signal);
        if (!detail.isEmpty()) {
            text.append(" (").append(detail);
            addressRegion.ifPresent(region -> text.append(" in ").append(region));
            text.append(')');
        }
        text.append(", pc ").append(pc);
        if (!frame.isEmpty()) {
            text.append(" (").append(frame).append(')');
        }
        pcRegion.ifPresent(region -> text.append(" in ").append(region));
        return text.toString();
    }
}
