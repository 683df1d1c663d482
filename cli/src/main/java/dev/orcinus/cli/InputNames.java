package dev.orcinus.cli;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The names that arguments of {@code run} may have of files. It has no state. */
final class InputNames {
    private static final Pattern OPTION = Pattern.compile("(?:-L|@|--[^=]*=)(.+)");

    private InputNames() {}

    /**
     * Returns all that may be a name of a file, in response files and in scripts of ld, too; empty
     * if scripts name too many. Such a file that is no regular one is not read, because it can be
     * read once only.
     *
     * @param arguments the words of a command up to {@code --}, and others
     */
    static Optional<Set<String>> of(List<String> arguments) {
        int end = arguments.indexOf("--");
        List<String> options = end < 0 ? arguments : arguments.subList(0, end);
        Set<String> names = new LinkedHashSet<>();
        Stream.concat(options.stream(), expanded(options).stream())
                .flatMap(InputNames::names)
                .filter(InputNames::isName)
                .forEach(names::add);
        return LibrarySearch.addNamesInScripts(names) ? Optional.of(names) : Optional.empty();
    }

    private static List<String> expanded(List<String> options) {
        try {
            return ResponseFile.expand(options);
        } catch (UsageException | RuntimeException e) {
            return List.of(); // the command says so
        }
    }

    private static Stream<String> names(String argument) {
        Matcher option = OPTION.matcher(argument);
        return option.matches() ? Stream.of(argument, option.group(1)) : Stream.of(argument);
    }

    private static boolean isName(String word) {
        return !word.isEmpty() && word.indexOf('\0') < 0;
    }
}
