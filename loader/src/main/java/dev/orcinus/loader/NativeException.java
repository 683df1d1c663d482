package dev.orcinus.loader;

import java.io.Serial;
import java.util.List;
import java.util.Optional;

/**
 * Native code has thrown an exception, such as one of C++, that it has not caught itself. The
 * native frames that it has left are cleaned up as if their caller had caught it; the exception
 * itself has been destroyed.
 *
 * <pre>{@code
 * try {
 *     parser.parse(text);
 * } catch (NativeException e) {
 *     System.err.println(e.typeName() + ": " + e.what().orElse("?"));      // std::out_of_range: ...
 *     e.nativeFrames().forEach(System.err::println);
 * }
 * }</pre>
 */
public final class NativeException extends RuntimeException {
    @Serial private static final long serialVersionUID = 1L;

    private final String typeName;
    private final transient Optional<String> what;
    private final transient List<String> nativeFrames;

    /**
     * Makes an exception.
     *
     * @param typeName the exception's C++ type, demangled
     * @param what what it says of itself, if it is a {@code std::exception} or a text
     * @param nativeFrames the functions that were running when it was thrown, the innermost first
     */
    public NativeException(String typeName, Optional<String> what, List<String> nativeFrames) {
        super(what.map(text -> typeName + ": " + text).orElse(typeName));
        this.typeName = typeName;
        this.what = what;
        this.nativeFrames = List.copyOf(nativeFrames);
    }

    /** Returns the exception's C++ type, demangled, such as {@code std::runtime_error}. */
    public String typeName() {
        return typeName;
    }

    /** Returns the result of {@code what()}, if the type is derived from {@code std::exception}. */
    public Optional<String> what() {
        return what;
    }

    /**
     * Returns the native functions that were running when it was thrown, a line each, the innermost
     * first, as far as the call from Java.
     */
    public List<String> nativeFrames() {
        return nativeFrames;
    }
}
