package dev.orcinus.loader;

/**
 * An object file or archive whose parts contradict each other.
 *
 * <pre>{@code
 * try {
 *     dylib.add("damaged.o", bytes);
 * } catch (MalformedObjectException e) {
 *     System.err.printf("%s, byte %d: %s%n", e.file(), e.offset(), e.problem());
 * }
 * }</pre>
 */
public final class MalformedObjectException extends LinkException {
    private static final long serialVersionUID = 1L;

    private final String file;
    private final long offset;
    private final String problem;

    /**
     * Makes an exception for a contradiction in a file.
     *
     * @param file the file, or {@code archive(member)}
     * @param offset where the contradiction is, in bytes from the start of the file
     * @param problem a description with the section and the value
     */
    public MalformedObjectException(String file, long offset, String problem) {
        super(file + "+0x" + Long.toHexString(offset) + ": " + problem, null);
        this.file = file;
        this.offset = offset;
        this.problem = problem;
    }

    /** Returns the name of the file, or {@code archive(member)}. */
    public String file() {
        return file;
    }

    /** Returns where the contradiction is, in bytes from the start of the file. */
    public long offset() {
        return offset;
    }

    /** Returns a description of the contradiction, with the section and the value. */
    public String problem() {
        return problem;
    }
}
