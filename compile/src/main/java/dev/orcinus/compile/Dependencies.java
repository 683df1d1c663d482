package dev.orcinus.compile;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The files that a compiler has read, as it writes them for make. It has no state. */
final class Dependencies {
    private Dependencies() {}

    static List<Path> read(Path file) throws IOException {
        String text = Files.readString(file);
        List<Path> all = new ArrayList<>();
        StringBuilder word = new StringBuilder();
        for (int i = text.indexOf(':') + 1; i <= text.length(); i++) {
            char next = i == text.length() ? ' ' : text.charAt(i);
            if (next == '\\' && i + 1 < text.length()) {
                char escaped = text.charAt(++i);
                if (escaped != '\n') {
                    word.append(escaped);
                }
            } else if (next == '$' && i + 1 < text.length() && text.charAt(i + 1) == '$') {
                word.append('$');
                i++;
            } else if (Character.isWhitespace(next)) {
                add(word.toString(), all);
                word.setLength(0);
            } else {
                word.append(next);
            }
        }
        return all;
    }

    private static void add(String name, List<Path> all) {
        if (!name.isEmpty() && !name.equals("-") && !name.equals("<stdin>")) {
            all.add(Path.of(name).toAbsolutePath());
        }
    }
}
