package dev.orcinus.compile;

import dev.orcinus.loader.CompilationException;
import dev.orcinus.loader.CompilationException.Diagnostic;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What gcc and clang say, read line by line. It has no state. */
final class Diagnostics {
    private static final Pattern LINE =
            Pattern.compile("(.+?):(\\d+):(?:(\\d+):)? (fatal error|error|warning|note): (.*)");

    private Diagnostics() {}

    /** Returns the exception for a source that has been refused. */
    static CompilationException refusal(String source, String output) {
        List<Diagnostic> all = new ArrayList<>();
        for (String line : output.lines().toList()) {
            Matcher matcher = LINE.matcher(line);
            if (matcher.matches()) {
                String column = matcher.group(3);
                all.add(
                        new Diagnostic(
                                matcher.group(1),
                                Integer.parseInt(matcher.group(2)),
                                column == null ? 0 : Integer.parseInt(column),
                                matcher.group(4),
                                matcher.group(5)));
            }
        }
        return new CompilationException(source, all, output);
    }
}
