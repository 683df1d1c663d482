package dev.orcinus.loader;

import java.io.Serial;
import java.util.List;

/**
 * A compiler has refused a source, or there is no compiler. The message has the first error.
 *
 * <pre>{@code
 * try {
 *     dylib.compile("c", "int f(void) { return x; }");
 * } catch (CompilationException e) {
 *     e.diagnostics().forEach(d -> System.err.println(d.line() + ":" + d.column() + " " + d.text()));
 * }
 * }</pre>
 */
public final class CompilationException extends RuntimeException {
    @Serial private static final long serialVersionUID = 1L;

    private final transient List<Diagnostic> diagnostics;
    private final String output;

    /**
     * Something that a compiler says about a place.
     *
     * @param file the file, or the name of a source without one
     * @param line its line, from 1
     * @param column the column, from 1; 0 if the compiler does not say it
     * @param severity {@code error}, {@code fatal error}, {@code warning} or {@code note}
     * @param text what it says
     */
    public record Diagnostic(String file, int line, int column, String severity, String text) {
        /** Returns whether it is an error. */
        public boolean isError() {
            return severity.endsWith("error");
        }

        @Override
        public String toString() {
            return file + ":" + line + ":" + column + ": " + severity + ": " + text;
        }
    }

    /**
     * Makes an exception for a source that has been refused.
     *
     * @param source the source's name
     * @param output all that the compiler has said
     */
    public CompilationException(String source, List<Diagnostic> diagnostics, String output) {
        super(
                diagnostics.stream()
                        .filter(Diagnostic::isError)
                        .findFirst()
                        .map(Diagnostic::toString)
                        .orElseGet(() -> source + " cannot be compiled: " + output.strip()));
        this.diagnostics = List.copyOf(diagnostics);
        this.output = output;
    }

    private CompilationException(String message) {
        super(message);
        this.diagnostics = List.of();
        this.output = "";
    }

    /** Returns an exception that is about no place of a source. */
    public static CompilationException of(String message) {
        return new CompilationException(message);
    }

    /** Returns what the compiler says, in its order. */
    public List<Diagnostic> diagnostics() {
        return diagnostics;
    }

    /** Returns all that the compiler has written. */
    public String output() {
        return output;
    }
}
