package dev.orcinus.formats;

/** A file whose parts contradict each other, or leave it. */
public final class MalformedFileException extends Exception {
    private static final long serialVersionUID = 1L;

    private final String file;
    private final long offset;
    private final String problem;

    /**
     * Reports a contradiction.
     *
     * @param file the file, or {@code archive(member)}
     * @param offset the place in the file, in bytes from its start
     * @param problem what is wrong, with the section and the value
     */
    public MalformedFileException(String file, long offset, String problem) {
        super("%s+0x%x: %s".formatted(file, offset, problem));
        this.file = file;
        this.offset = offset;
        this.problem = problem;
    }

    /** Returns the name of the file. */
    public String file() {
        return file;
    }

    /** Returns the place in the file, in bytes from the start. */
    public long offset() {
        return offset;
    }

    /** Returns what is wrong there, without the place. */
    public String problem() {
        return problem;
    }
}
