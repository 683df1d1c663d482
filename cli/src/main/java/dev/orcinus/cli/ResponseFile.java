package dev.orcinus.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The arguments in files: {@code @FILE} stands for the words in FILE (manual of ld, "Command-line
 * Options"). White space separates words, unless it is quoted or follows a backslash. A word that
 * names no file stands for itself.
 */
final class ResponseFile {
    private static final int DEEPEST = 16;

    private ResponseFile() {}

    /** Returns arguments with those of files in the place of {@code @FILE}, up to {@code --}. */
    static List<String> expand(List<String> arguments) throws UsageException {
        List<String> expanded = new ArrayList<>();
        boolean isProgram = false;
        for (String argument : arguments) {
            isProgram |= argument.equals("--");
            if (isProgram) {
                expanded.add(argument);
            } else {
                add(argument, expanded, 0);
            }
        }
        return expanded;
    }

    private static void add(String argument, List<String> expanded, int depth)
            throws UsageException {
        Path file = argument.startsWith("@") ? Path.of(argument.substring(1)) : null;
        if (file == null || !Files.isRegularFile(file)) {
            expanded.add(argument);
            return;
        }
        if (depth == DEEPEST) {
            throw new UsageException("run: " + argument + " is in itself");
        }
        for (String word : words(read(file))) {
            add(word, expanded, depth + 1);
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static List<String> words(String text) {
        List<String> words = new ArrayList<>();
        StringBuilder word = new StringBuilder();
        boolean isWord = false;
        char quote = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '\\' && i + 1 < text.length()) {
                word.append(text.charAt(++i));
                isWord = true;
            } else if (quote != 0 ? c == quote : c == '"' || c == '\'') {
                quote = quote == 0 ? c : 0;
                isWord = true;
            } else if (quote == 0 && Character.isWhitespace(c)) {
                if (isWord) {
                    words.add(word.toString());
                }
                word.setLength(0);
                isWord = false;
            } else {
                word.append(c);
                isWord = true;
            }
        }
        if (isWord) {
            words.add(word.toString());
        }
        return words;
    }
}
