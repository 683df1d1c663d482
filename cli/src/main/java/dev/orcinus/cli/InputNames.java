package dev.orcinus.cli;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The names that arguments of {@code run} may have of files, and those that its libraries and the
 * scripts among them have. It has no state.
 */
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
        List<String> expanded = expanded(options);
        Stream.concat(options.stream(), expanded.stream())
                .flatMap(InputNames::names)
                .filter(InputNames::isName)
                .forEach(names::add);
        List<String> folders = values("-L", "--library-path", expanded);
        List<String> libraries = values("-l", "--library", expanded);
        return new ScriptNames(names, folders).add(libraries)
                ? Optional.of(names)
                : Optional.empty();
    }

    /** Returns the values of an option, in all forms that {@link RunOptions} takes. */
    private static List<String> values(String brief, String full, List<String> words) {
        List<String> values = new ArrayList<>();
        boolean isNext = false;
        for (String word : words) {
            if (isNext && !word.equals(LinkerOptions.PASSED_ON)) {
                values.add(word);
                isNext = false;
            } else if (word.equals(brief) || word.equals(full)) {
                isNext = true;
            } else if (word.startsWith(full + "=")) {
                values.add(word.substring(full.length() + 1));
            } else if (word.startsWith(brief)) {
                values.add(word.substring(brief.length()));
            }
        }
        values.removeIf(value -> !isName(value));
        return values;
    }

    /** Returns the words of response files, and those that a compiler would pass on, as well. */
    private static List<String> expanded(List<String> options) {
        try {
            return ResponseFile.expand(options).stream()
                    .flatMap(word -> Stream.of(LinkerOptions.passedOn(word)))
                    .toList();
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
