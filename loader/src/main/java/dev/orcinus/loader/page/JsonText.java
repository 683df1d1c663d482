package dev.orcinus.loader.page;

import java.util.List;

/**
 * A writer of JSON (RFC 8259) that may stand in a {@code script} element: what HTML could read as
 * the element's end is escaped. One thread at a time may use it.
 */
final class JsonText {
    private final StringBuilder text = new StringBuilder();
    private boolean needsComma;

    JsonText open(char bracket) {
        separate();
        text.append(bracket);
        needsComma = false;
        return this;
    }

    JsonText close(char bracket) {
        text.append(bracket);
        needsComma = true;
        return this;
    }

    /** Begins a member of an object; its value follows. */
    JsonText name(String name) {
        value(name);
        text.append(':');
        needsComma = false;
        return this;
    }

    JsonText value(String value) {
        separate();
        text.append('"');
        value.chars().forEach(c -> append((char) c));
        text.append('"');
        return this;
    }

    JsonText value(long value) {
        separate();
        text.append(value);
        return this;
    }

    /** Appends a value that has been written by another writer. */
    JsonText written(CharSequence json) {
        separate();
        text.append(json);
        return this;
    }

    JsonText values(List<? extends Number> values) {
        open('[');
        values.forEach(each -> value(each.longValue()));
        return close(']');
    }

    private void append(char c) {
        if (c == '"' || c == '\\') {
            text.append('\\').append(c);
        } else if (c < ' ' || c == '<' || c >= 0x7f) {
            text.append("\\u%04x".formatted((int) c));
        } else {
            text.append(c);
        }
    }

    private void separate() {
        if (needsComma) {
            text.append(',');
        }
        needsComma = true;
    }

    @Override
    public String toString() {
        return text.toString();
    }
}
