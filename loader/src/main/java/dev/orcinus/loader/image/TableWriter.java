package dev.orcinus.loader.image;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;

/** A writer of the tables of a kept program; {@link TableReader} reads them. */
final class TableWriter {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final DataOutputStream out = new DataOutputStream(bytes);

    /** A step that writes. */
    @FunctionalInterface
    private interface Step {
        void run() throws IOException;
    }

    private static void write(Step step) {
        try {
            step.run();
        } catch (IOException e) { // there is none in memory
            throw new UncheckedIOException(e);
        }
    }

    void number(long value) {
        write(() -> out.writeLong(value));
    }

    void small(int value) {
        write(() -> out.writeInt(value));
    }

    void flag(boolean value) {
        small(value ? 1 : 0);
    }

    void bytes(byte[] content) {
        small(content.length);
        write(() -> out.write(content));
    }

    void text(String text) {
        bytes(text.getBytes(UTF_8));
    }

    byte[] written() {
        return bytes.toByteArray();
    }
}
