package dev.orcinus.jit;

import dev.orcinus.loader.CompilationException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * A compiler that makes objects for {@link JitDylib#compile(String, String, String...)}, found as a
 * service. The artifact {@code orcinus-compile} has one, which uses the compiler of the machine.
 *
 * <pre>{@code
 * public final class Mine implements SourceCompiler {        // in META-INF/services
 *     @Override
 *     public byte[] compile(Source source) {
 *         return objectOf(source.language(), source.text());
 *     }
 * }
 * }</pre>
 */
public interface SourceCompiler {
    /**
     * Compiles a source.
     *
     * @return an object file of this machine
     * @throws CompilationException if it cannot be compiled
     */
    byte[] compile(Source source);

    /**
     * A source.
     *
     * @param name its name, for messages
     * @param language as compilers name it, such as {@code c} and {@code c++}; empty for a file,
     *     whose name says it
     * @param file the file, if it is one
     * @param text the text, if it is no file
     * @param options of the compiler
     */
    record Source(
            String name, String language, Optional<Path> file, String text, List<String> options) {
        /** Copies the options. */
        public Source {
            options = List.copyOf(options);
        }

        /**
         * Returns a text as a source.
         *
         * @throws IllegalArgumentException if the language is not a name
         */
        public static Source of(String language, String text, List<String> options) {
            if (!language.matches("[a-z][a-z+-]*")) {
                throw new IllegalArgumentException("a language '" + language + "'");
            }
            Objects.requireNonNull(text, "text");
            String name = "inline." + language.replace("++", "pp");
            return new Source(name, language, Optional.empty(), text, options);
        }

        /** Returns a file as a source. */
        public static Source of(Path file, List<String> options) {
            Path whole = file.toAbsolutePath();
            return new Source(whole.toString(), "", Optional.of(whole), "", options);
        }

        /** Returns the text with a line in front that tells compilers its name. */
        public String textForCompiler() {
            return language.equals("assembler") ? text : "#line 1 \"" + name + "\"\n" + text;
        }
    }
}
