package dev.orcinus.tests.compiled;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A small program of {@code tests/native/programs.txt}.
 *
 * @param name its name
 * @param language {@code c} or {@code cpp}; {@code driver} for the program that plays the terminal
 * @param options of the compiler
 * @param command for a shell, which runs the program as {@code $P}
 * @param source its text
 */
record NativeProgram(
        String name, String language, List<String> options, String command, String source) {
    private static final Path FILE =
            Path.of(System.getProperty("orcinus.root"), "tests", "native", "programs.txt");
    private static final String START = "\n=== ";
    private static final int PARTS = 4;
    private static final String DRIVER = "driver";

    /** Returns the programs that are compared. */
    static List<NativeProgram> all() {
        return read().stream().filter(program -> !program.language.equals(DRIVER)).toList();
    }

    private static List<NativeProgram> read() {
        try {
            String[] sections = Files.readString(FILE).split(START, -1);
            List<NativeProgram> programs = new ArrayList<>();
            for (int i = 1; i < sections.length; i++) {
                programs.add(parse(sections[i]));
            }
            return programs;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static NativeProgram parse(String section) {
        int end = section.indexOf('\n');
        String[] head = section.substring(0, end).split(" ?\\| ?", PARTS);
        String source = section.substring(end + 1);
        if (head[1].equals(DRIVER)) {
            return new NativeProgram(head[0], head[1], List.of("-lutil"), "", source);
        }
        List<String> options =
                head[2].isBlank() ? List.of() : List.of(head[2].strip().split(" ", -1));
        return new NativeProgram(head[0], head[1], options, head[PARTS - 1], source);
    }

    @Override
    public String toString() {
        return name;
    }
}
