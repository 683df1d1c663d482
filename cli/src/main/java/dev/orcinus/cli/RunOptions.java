package dev.orcinus.cli;

import dev.orcinus.jit.ArchiveMode;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * The arguments of {@code orcinus run}.
 *
 * @param inputs the files and libraries to link, in the order given
 * @param folders the folders of {@code -L}
 * @param programArguments {@code argv}: the name given, or the first file, then the arguments after
 *     {@code --}
 * @param entry where to enter the program
 * @param place where to run the program
 * @param address the address of the executor for {@link Place#CONNECTED}
 * @param access what the executor may ask for, for {@link Place#CONNECTED}
 * @param printsTimes whether to say how long each phase has taken
 * @param linker the options of a linker
 */
record RunOptions(
        List<Input> inputs,
        List<String> folders,
        List<String> programArguments,
        ProgramEntry entry,
        Place place,
        String address,
        AccessOptions access,
        boolean printsTimes,
        LinkerOptions linker) {
    /**
     * A file or library to link.
     *
     * @param name a file, or the name after {@code -l}
     * @param isLibrary whether the name was given with {@code -l}
     * @param mode which members of an archive to link
     * @param isAsNeeded whether a shared library is only opened if it is needed
     */
    record Input(String name, boolean isLibrary, ArchiveMode mode, boolean isAsNeeded) {
        /** Returns a library for which no option says anything. */
        static Input library(String name) {
            return new Input(name, true, ArchiveMode.AS_NEEDED, false);
        }

        /** Returns it as a shared library that is only opened if it is needed. */
        Input ifNeeded() {
            return new Input(name, isLibrary, mode, true);
        }
    }

    /** A place where a program can run. */
    enum Place {
        /** In this process. */
        HERE,
        /** In a native process of its own. */
        ISOLATED,
        /** In an executor that runs already. */
        CONNECTED;

        /** Returns the place for a program whose user has named none. */
        static Place usual() {
            return System.getProperty("os.name").equals("Linux") ? ISOLATED : HERE;
        }
    }

    static RunOptions parse(List<String> arguments) throws UsageException {
        Deque<String> left = new ArrayDeque<>(ResponseFile.expand(arguments));
        LinkerOptions linker = new LinkerOptions();
        List<Input> inputs = new ArrayList<>();
        List<String> folders = new ArrayList<>();
        ProgramEntry entry = ProgramEntry.MAIN;
        Place place = Place.usual();
        String address = "";
        String tokenFile = "";
        String fingerprint = "";
        String name = "";
        boolean times = false;
        while (!left.isEmpty() && !left.peek().equals("--")) {
            String argument = left.pop();
            switch (argument) {
                case "--time" -> times = true;
                case "--isolated" -> place = Place.ISOLATED;
                case "--in-jvm" -> place = Place.HERE;
                case "--name" -> name = value(argument, left);
                case "--connect" -> {
                    place = Place.CONNECTED;
                    address = value(argument, left);
                }
                case AccessOptions.TOKEN_FILE -> tokenFile = value(argument, left);
                case AccessOptions.FINGERPRINT -> fingerprint = value(argument, left);
                case "-e" -> entry = ProgramEntry.ofLinker(value(argument, left));
                case "--entry", "-entry" -> entry = ProgramEntry.ofFunction(value(argument, left));
                case "--library", "--library-path" ->
                        left.push(
                                "-" + (argument.endsWith("h") ? "L" : "l") + value(argument, left));
                default -> {
                    if (argument.startsWith("--name=")) {
                        name = argument.substring("--name=".length());
                    } else if (argument.startsWith("--entry=")) {
                        entry = ProgramEntry.ofFunction(argument.substring("--entry=".length()));
                    } else if (argument.startsWith("--library=")) {
                        left.push("-l" + argument.substring("--library=".length()));
                    } else if (argument.startsWith("--library-path=")) {
                        left.push("-L" + argument.substring("--library-path=".length()));
                    } else if (argument.startsWith("-l")) {
                        inputs.add(linker.library(joined(argument, left)));
                    } else if (argument.startsWith("-L")) {
                        folders.add(joined(argument, left));
                    } else if (ProgramScript.isOption(argument)) {
                        ProgramScript script = ProgramScript.of(argument, left);
                        script.inputs().forEach(input -> inputs.add(linker.input(input)));
                        folders.addAll(script.folders());
                        entry = script.entry().isEmpty() ? entry : entry.orOf(script.entry().get());
                    } else if (!linker.take(argument, left)) {
                        inputs.add(linker.file(file(argument)));
                    }
                }
            }
        }
        String first =
                inputs.stream()
                        .filter(input -> !input.isLibrary)
                        .map(Input::name)
                        .findFirst()
                        .orElseThrow(() -> new UsageException("run: no object file is given"));
        left.poll();
        List<String> program = new ArrayList<>();
        program.add(name.isEmpty() ? first : name);
        program.addAll(left);
        return new RunOptions(
                List.copyOf(inputs),
                List.copyOf(folders),
                List.copyOf(program),
                entry,
                place,
                address,
                AccessOptions.of(tokenFile, fingerprint),
                times,
                linker);
    }

    static String value(String option, Deque<String> left) throws UsageException {
        if (LinkerOptions.PASSED_ON.equals(left.peek())) {
            left.pop();
        }
        if (left.isEmpty()) {
            throw new UsageException(option + " needs a value");
        }
        return left.pop();
    }

    /** Returns the value of an option in the form {@code -lz} or {@code -l z}. */
    static String joined(String argument, Deque<String> left) throws UsageException {
        return argument.length() > 2 ? argument.substring(2) : value(argument, left);
    }

    private static String file(String argument) throws UsageException {
        if (argument.startsWith("-")) {
            throw new UsageException("run: unknown option '" + argument + "'");
        }
        return argument;
    }
}
