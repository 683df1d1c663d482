package dev.orcinus.formats.mangling;

import java.util.ArrayList;
import java.util.List;

/** A symbol while it is read, and what the rest of it can refer to. Used by one thread. */
final class MangledText {
    /** Names of programs are shorter; a short symbol can stand for an endless name. */
    private static final int LONGEST = 1 << 14;

    private static final int DEEPEST = 128;
    private static final int MOST_PARTS = 50_000;

    private final String text;
    private final List<Fragment> substitutions = new ArrayList<>();
    private int at;
    private int depth;
    private int parts;

    /** The symbol is no name of C++, or one that is not understood. */
    static final class NotUnderstoodException extends Exception {
        private static final long serialVersionUID = 1;

        NotUnderstoodException() {
            super("not understood", null, false, false);
        }
    }

    MangledText(String text, int at) {
        this.text = text;
        this.at = at;
    }

    boolean isAtEnd() {
        return at == text.length();
    }

    /** Returns the next character; 0 at the end. */
    char peek() {
        return peek(0);
    }

    char peek(int ahead) {
        return at + ahead < text.length() ? text.charAt(at + ahead) : 0;
    }

    boolean startsWith(String start) {
        return text.startsWith(start, at);
    }

    char next() throws NotUnderstoodException {
        if (isAtEnd()) {
            throw new NotUnderstoodException();
        }
        return text.charAt(at++);
    }

    boolean take(char expected) {
        boolean isNext = peek() == expected;
        if (isNext) {
            at++;
        }
        return isNext;
    }

    boolean take(String expected) {
        boolean isNext = startsWith(expected);
        if (isNext) {
            at += expected.length();
        }
        return isNext;
    }

    void require(char expected) throws NotUnderstoodException {
        if (!take(expected)) {
            throw new NotUnderstoodException();
        }
    }

    /** Takes a decimal number. */
    int number() throws NotUnderstoodException {
        int value = 0;
        int start = at;
        while (Character.isDigit(peek())) {
            value = value * 10 + (next() - '0');
            if (value > LONGEST) {
                throw new NotUnderstoodException();
            }
        }
        if (at == start) {
            throw new NotUnderstoodException();
        }
        return value;
    }

    /** Takes so many characters. */
    String take(int length) throws NotUnderstoodException {
        if (length > text.length() - at) {
            throw new NotUnderstoodException();
        }
        at += length;
        return text.substring(at - length, at);
    }

    /**
     * Takes the rest of a number with an underscore at its end: nothing stands for 0, 0 for 1.
     *
     * @param radix 10 or 36
     */
    int sequence(int radix) throws NotUnderstoodException {
        if (take('_')) {
            return 0;
        }
        int value = 0;
        while (!take('_')) {
            int digit = Character.digit(next(), radix);
            value = value * radix + digit;
            if (digit < 0 || value > LONGEST) {
                throw new NotUnderstoodException();
            }
        }
        return value + 1;
    }

    int position() {
        return at;
    }

    void goTo(int position) {
        at = position;
    }

    /** Notes what a later part can refer to. */
    Fragment remember(Fragment fragment) throws NotUnderstoodException {
        if (fragment.length() > LONGEST) {
            throw new NotUnderstoodException();
        }
        substitutions.add(fragment);
        return fragment;
    }

    int remembered() {
        return substitutions.size();
    }

    void forget(int count) {
        substitutions.subList(count, substitutions.size()).clear();
    }

    Fragment substitution(int index) throws NotUnderstoodException {
        if (index >= substitutions.size()) {
            throw new NotUnderstoodException();
        }
        return substitutions.get(index);
    }

    /** Begins to read a part of a part. */
    void descend() throws NotUnderstoodException {
        if (++depth > DEEPEST || ++parts > MOST_PARTS) {
            throw new NotUnderstoodException();
        }
    }

    void ascend() {
        depth--;
    }
}
