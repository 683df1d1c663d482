package dev.orcinus.tests.guide;

import java.util.Optional;

/**
 * A fenced block of a page.
 *
 * @param line the number of its first line in the page
 * @param language what stands behind its fence, such as {@code java}
 * @param text its lines, each with its end
 * @param file the file that it is to be written to
 * @param before Java code that runs before it, which the page does not show
 * @param needs a program without which it cannot run
 * @param notRunReason why it is not run
 * @param status the exit status of its last command
 * @param output what it prints, if the page says it
 */
record GuideBlock(
        int line,
        String language,
        String text,
        Optional<String> file,
        String before,
        Optional<String> needs,
        Optional<String> notRunReason,
        int status,
        Optional<String> output) {
    private static final String IMPORTS =
            """
            import dev.orcinus.compile.*;
            import dev.orcinus.jit.*;
            import dev.orcinus.jit.bind.*;
            import dev.orcinus.loader.*;
            import java.lang.foreign.*;
            import java.lang.invoke.*;
            import static java.lang.foreign.ValueLayout.*;
            """;

    GuideBlock withOutput(String printed) {
        return new GuideBlock(
                line,
                language,
                text,
                file,
                before,
                needs,
                notRunReason,
                status,
                Optional.of(printed));
    }

    /** Returns whether a block that follows may be what it prints. */
    boolean canHaveOutput() {
        return language.equals("java") && output.isEmpty();
    }

    /** Returns whether there is something to be run or compiled. */
    boolean isToBeTried() {
        return switch (language) {
            case "java", "console", "c", "cpp" -> notRunReason.isEmpty();
            default -> false;
        };
    }

    /** Returns a Java block as a compact source file. */
    String program() {
        return text.contains("void main(")
                ? text
                : IMPORTS + "void main() throws Throwable {\n" + before + "\n" + text + "}\n";
    }

    /** Returns the name of a Java block's class. */
    String className() {
        return file.map(name -> name.replace(".java", "")).orElse("Block" + line);
    }
}
