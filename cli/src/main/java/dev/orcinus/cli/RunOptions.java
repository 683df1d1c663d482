package dev.orcinus.cli;

import dev.orcinus.jit.ArchiveMode;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * What {@code orcinus run} has been told.
 *
 * @param inputs what to link, in the order given
 * @param folders of {@code -L}
 * @param programArguments {@code argv}: the first file, then what stands behind {@code --}
 * @param entry the function to call
 * @param place where to run it
 * @param address of an executor, if that is where
 * @param printsTimes whether to say how long each phase has taken
 */
record RunOptions(
        List<Input> inputs,
        List<String> folders,
        List<String> programArguments,
        String entry,
        Place place,
        String address,
        boolean printsTimes) {
    /**
     * Something to link.
     *
     * @param name a file, or what stands behind {@code -l}
     * @param isLibrary whether it stands behind {@code -l}
     * @param mode what of an archive
     */
    record Input(String name, boolean isLibrary, ArchiveMode mode) {}

    /** Where a program can run. */
    enum Place {
        /** In this process. */
        HERE,
        /** In a process of its own. */
        ISOLATED,
        /** In an executor that is there already. */
        CONNECTED
    }

    static RunOptions parse(List<String> arguments) throws UsageException {
        Deque<String> left = new ArrayDeque<>(arguments);
        List<Input> inputs = new ArrayList<>();
        List<String> folders = new ArrayList<>();
        ArchiveMode mode = ArchiveMode.AS_NEEDED;
        String entry = "main";
        Place place = Place.HERE;
        String address = "";
        boolean times = false;
        while (!left.isEmpty() && !left.peek().equals("--")) {
            String argument = left.pop();
            switch (argument) {
                case "--time" -> times = true;
                case "--isolated" -> place = Place.ISOLATED;
                case "--connect" -> {
                    place = Place.CONNECTED;
                    address = value(argument, left);
                }
                case "--whole-archive" -> mode = ArchiveMode.WHOLE;
                case "--no-whole-archive" -> mode = ArchiveMode.AS_NEEDED;
                case "--entry" -> entry = value(argument, left);
                default -> {
                    if (argument.startsWith("-l")) {
                        inputs.add(new Input(joined(argument, left), true, mode));
                    } else if (argument.startsWith("-L")) {
                        folders.add(joined(argument, left));
                    } else {
                        inputs.add(new Input(file(argument), false, mode));
                    }
                }
            }
        }
        String first =
                inputs.stream()
                        .filter(input -> !input.isLibrary)
                        .map(Input::name)
                        .findFirst()
                        .orElseThrow(() -> new UsageException("run: which object files?"));
        left.poll();
        List<String> program = new ArrayList<>();
        program.add(first);
        program.addAll(left);
        return new RunOptions(
                List.copyOf(inputs),
                List.copyOf(folders),
                List.copyOf(program),
                entry,
                place,
                address,
                times);
    }

    private static String value(String option, Deque<String> left) throws UsageException {
        if (left.isEmpty()) {
            throw new UsageException(option + " needs a value");
        }
        return left.pop();
    }

    /** {@code -lz} or {@code -l z}. */
    private static String joined(String argument, Deque<String> left) throws UsageException {
        return argument.length() > 2 ? argument.substring(2) : value(argument, left);
    }

    private static String file(String argument) throws UsageException {
        if (argument.startsWith("-")) {
            throw new UsageException("run: unknown option '" + argument + "'");
        }
        return argument;
    }
}
