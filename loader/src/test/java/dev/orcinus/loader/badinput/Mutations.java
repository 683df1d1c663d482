package dev.orcinus.loader.badinput;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** The ways in which valid files are changed. */
final class Mutations {
    private final byte[] valid;
    private final String name;
    private final Attempt attempt;

    /**
     * Makes the mutations of a file.
     *
     * @param name the file's name, for messages
     */
    Mutations(byte[] valid, String name, Attempt attempt) {
        this.valid = valid;
        this.name = name;
        this.attempt = attempt;
    }

    /** Reads a file of the project. */
    static byte[] read(String file) throws IOException {
        return Files.readAllBytes(Path.of(System.getProperty("orcinus.root"), file));
    }

    /** Tries each misleading value of each field. */
    void ofFields(List<ObjectField> fields) {
        for (ObjectField field : fields) {
            for (long value : field.misleading(valid)) {
                attempt.on(
                        field.with(valid, value),
                        "%s: %s at 0x%x = 0x%x"
                                .formatted(name, field.name(), field.offset(), value));
            }
        }
    }

    /** Tries each shorter length. */
    void ofLength() {
        for (int length = 0; length < valid.length; length++) {
            attempt.on(Arrays.copyOf(valid, length), name + " of " + length + " bytes");
        }
    }

    /** Changes some bytes at random. */
    void atRandom(int inputs) {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int i = 0; i < inputs; i++) {
            byte[] input = valid.clone();
            for (int changes = random.nextInt(1, 9); changes > 0; changes--) {
                input[random.nextInt(input.length)] = (byte) random.nextInt();
            }
            attempt.on(input, name + ": input " + i + " of seed " + seed);
        }
    }
}
