package dev.orcinus.formats.code;

/**
 * A place in a listing whose value is not known yet.
 *
 * @param name what belongs there
 * @param field which bits it is
 * @param start where its instruction starts, in bytes from the start of the listing
 * @param end where its instruction ends
 */
public record Hole(String name, Field field, int start, int end) {
    /** Returns where the bytes of the field are: the last ones of its instruction. */
    public int offset() {
        return end - field.sizeBytes();
    }
}
