package dev.orcinus.loader.link;

import java.util.function.LongBinaryOperator;
import java.util.function.ToLongFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A sum of symbols, numbers and memory: {@code *{4}(f+2) + f - 0x10}. {@code *{N}x} is the unsigned
 * little-endian number in N bytes at x, {@code *{sN}x} the signed one. {@code (x)[31:0]} is a part
 * of a number, from its highest bit to its lowest one.
 */
final class Expression {
    private static final Pattern TOKEN =
            Pattern.compile(
                    "\\s*(\\*\\{s?\\d}|\\[\\d+:\\d+]|[()+-]|0x[0-9a-fA-F]+|\\d+|[\\w.$@:]+)");
    private static final Pattern PART = Pattern.compile("\\[(\\d+):(\\d+)]");
    private static final Pattern LOAD = Pattern.compile("\\*\\{(s?)(\\d)}");

    /** Reads memory. */
    @FunctionalInterface
    interface Memory {
        /** Returns the unsigned number in {@code sizeBytes} at {@code address}. */
        long load(long address, int sizeBytes);
    }

    private final Matcher tokens;
    private final ToLongFunction<String> symbols;
    private final Memory memory;
    private String next;

    private Expression(String text, ToLongFunction<String> symbols, Memory memory) {
        this.tokens = TOKEN.matcher(text.strip());
        this.symbols = symbols;
        this.memory = memory;
        advance();
    }

    static long evaluate(String text, ToLongFunction<String> symbols, Memory memory) {
        Expression expression = new Expression(text, symbols, memory);
        long value = expression.sum();
        if (expression.next != null) {
            throw new IllegalArgumentException("'" + expression.next + "' is left of: " + text);
        }
        return value;
    }

    private String advance() {
        String token = next;
        next = tokens.lookingAt() ? tokens.group(1) : null;
        if (next != null) {
            tokens.region(tokens.end(), tokens.regionEnd());
        } else if (tokens.regionStart() < tokens.regionEnd()) {
            next = "?";
        }
        return token;
    }

    private long sum() {
        long value = term();
        while ("+".equals(next) || "-".equals(next)) {
            LongBinaryOperator operator = advance().equals("+") ? Long::sum : (a, b) -> a - b;
            value = operator.applyAsLong(value, term());
        }
        return value;
    }

    private long term() {
        String token = advance();
        if (token == null) {
            throw new IllegalArgumentException("the expression ends early");
        }
        Matcher load = LOAD.matcher(token);
        if (load.matches()) {
            int size = Integer.parseInt(load.group(2));
            long value = memory.load(term(), size);
            int unused = Long.SIZE - 8 * size;
            return load.group(1).isEmpty() ? value : (value << unused) >> unused;
        }
        if (token.equals("(")) {
            long value = sum();
            advance();
            return part(value);
        }
        if (token.equals("-")) {
            return -term();
        }
        return Character.isDigit(token.charAt(0)) ? number(token) : symbols.applyAsLong(token);
    }

    private long part(long value) {
        Matcher part = PART.matcher(next == null ? "" : next);
        if (!part.matches()) {
            return value;
        }
        advance();
        int unused = Long.SIZE - 1 - Integer.parseInt(part.group(1));
        return (value << unused) >>> (unused + Integer.parseInt(part.group(2)));
    }

    private static long number(String token) {
        return token.startsWith("0x")
                ? Long.parseUnsignedLong(token.substring(2), 16)
                : Long.parseLong(token);
    }
}
