package dev.orcinus.bindings.abi;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Field;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A header class and the facts in the comments of its source.
 *
 * @param type the class
 * @param name the C header; empty if none declares the functions
 * @param prototypes the functions' prototypes
 */
record HeaderSource(Class<?> type, Optional<String> name, List<Prototype> prototypes) {
    private static final Pattern HEADER = Pattern.compile("\\{@code <([\\w/.]+)>}");
    private static final Pattern PROTOTYPE = Pattern.compile("\\{@code ([^{}]*\\([^{}]*\\);)}");

    /** Returns the header classes of a system: {@code linux}, {@code macos} or {@code posix}. */
    static List<HeaderSource> of(String system) {
        Path folder = Path.of("src/main/java/dev/orcinus/bindings", system).toAbsolutePath();
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(f -> Character.isUpperCase(f.getFileName().toString().charAt(0)))
                    .sorted()
                    .map(f -> read(system, f))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static HeaderSource read(String system, Path file) {
        try {
            String source = Files.readString(file).replaceAll("\\s*\\n\\s*\\*\\s*", " ");
            String simpleName = file.getFileName().toString().replace(".java", "");
            Matcher header = HEADER.matcher(source);
            return new HeaderSource(
                    Class.forName("dev.orcinus.bindings." + system + "." + simpleName),
                    header.find() ? Optional.of(header.group(1)) : Optional.empty(),
                    PROTOTYPE
                            .matcher(source)
                            .results()
                            .map(r -> Prototype.parse(r.group(1)))
                            .toList());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (ClassNotFoundException e) {
            throw new LinkageError(e.getMessage(), e);
        }
    }

    /**
     * Returns the macro without which the C header is too old for the declarations of the class.
     */
    Optional<String> ifDefined() {
        return Arrays.stream(type.getFields())
                .filter(f -> f.getName().equals("IF_DEFINED"))
                .map(HeaderSource::text)
                .findFirst();
    }

    /** Returns the value of a constant that is a text. */
    static String text(Field field) {
        try {
            return (String) field.get(null);
        } catch (IllegalAccessException e) {
            throw new LinkageError(e.getMessage(), e);
        }
    }

    Optional<Prototype> prototype(String function) {
        return prototypes.stream().filter(p -> p.name().equals(function)).findFirst();
    }
}
