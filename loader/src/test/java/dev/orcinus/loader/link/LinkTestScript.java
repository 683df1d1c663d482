package dev.orcinus.loader.link;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * The commands of a folder of link tests: the lines {@code # verb: argument} of its sources, in the
 * order of the files' names.
 *
 * @param folder the folder, whose name is the behaviour under test
 * @param lines all lines
 */
record LinkTestScript(Path folder, List<Line> lines) {
    /**
     * A line.
     *
     * @param place the file and line number, for messages
     * @param verb the command
     * @param argument its argument
     */
    record Line(String place, String verb, String argument) {}

    static LinkTestScript read(Path folder) throws IOException {
        List<Line> lines = new ArrayList<>();
        for (Path source : files(folder, ".s")) {
            int number = 0;
            for (String text : Files.readAllLines(source)) {
                number++;
                if (text.matches("# [a-z-]+: .*")) {
                    String[] parts = text.substring(2).split(": ", 2);
                    lines.add(
                            new Line(
                                    source.getFileName() + ":" + number,
                                    parts[0],
                                    parts[1].strip()));
                }
            }
        }
        return new LinkTestScript(folder, lines);
    }

    static List<Path> files(Path folder, String suffix) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.toString().endsWith(suffix)).sorted().toList();
        }
    }

    /**
     * Returns the objects in the order in which they are added: that of {@code # order:}, or of
     * their names.
     */
    List<Path> objects() throws IOException {
        List<String> order = words("order");
        if (!order.isEmpty()) {
            return order.stream().map(folder::resolve).toList();
        }
        List<Path> objects = new ArrayList<>(files(folder, ".o"));
        objects.removeAll(archive());
        return objects;
    }

    /** Returns the objects that are the members of an archive. */
    List<Path> archive() {
        return words("archive").stream().map(folder::resolve).toList();
    }

    /** Returns the processor of the objects, which the folder's name says if it is not x86-64. */
    String architecture() {
        return folder.getFileName().toString().contains("-arm64-") ? "aarch64" : "x86_64";
    }

    /** Returns the arguments of a verb. */
    List<String> all(String verb) {
        return lines.stream().filter(l -> l.verb.equals(verb)).map(Line::argument).toList();
    }

    /** Returns the words of the arguments of a verb. */
    List<String> words(String verb) {
        return all(verb).stream().flatMap(a -> Stream.of(a.split(" +"))).toList();
    }

    @Override
    public String toString() {
        return folder.getFileName().toString();
    }
}
