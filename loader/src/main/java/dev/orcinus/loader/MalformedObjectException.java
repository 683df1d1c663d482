package dev.orcinus.loader;

/** An object file or archive whose parts contradict each other. */
public final class MalformedObjectException extends LinkException {
    private static final long serialVersionUID = 1L;

    private final String file;
    private final long offset;
    private final String problem;

    /**
     * A contradiction.
     *
     * @param file the file, or {@code archive(member)}
     * @param offset where in the file it was seen, bytes from its start
     * @param problem what is wrong, with the section and the value
     */
    public MalformedObjectException(String file, long offset, String problem) {
        super(file + "+0x" + Long.toHexString(offset) + ": " + problem, null);
        this.file = file;
        this.offset = offset;
        this.problem = problem;
    }

    /** The file. */
    public String file() {
        return file;
    }

    /** Where in the file it was seen, bytes from its start. */
    public long offset() {
        return offset;
    }

    /** What is wrong, with the section and the value. */
    public String problem() {
        return problem;
    }
}
