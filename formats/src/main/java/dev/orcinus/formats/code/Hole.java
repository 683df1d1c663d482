package dev.orcinus.formats.code;

/**
 * A place in a listing whose value is not known yet.
 *
 * @param name the name of the value
 * @param field the bits that it has
 * @param start the start of its instruction, in bytes from the start of the listing
 * @param end the end of its instruction
 */
public record Hole(String name, HoleField field, int start, int end) {
    /** Returns the offset of the field's bytes: they are the last ones of its instruction. */
    public int offset() {
        return end - field.sizeBytes();
    }
}
