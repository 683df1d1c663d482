package dev.orcinus.cli;

import dev.orcinus.jit.ArchiveMode;
import dev.orcinus.jit.LinkRule;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The options of GNU ld that {@code orcinus run} knows besides its own (manual of ld, "Command-line
 * Options"), also in the form of a compiler: {@code -Wl,OPTION}. {@link IgnoredOptions} has those
 * without an effect. One thread may use it.
 */
final class LinkerOptions {
    /** The option of a compiler that passes the next argument to the linker. */
    static final String PASSED_ON = "-Xlinker";

    private static final String OF_COMPILER = "-Wl,";

    private final List<String> wanted = new ArrayList<>();
    private final List<String> wrapped = new ArrayList<>();
    private final Map<String, String> definitions = new LinkedHashMap<>();
    private final List<LinkRule> rules = new ArrayList<>();
    private final Deque<InputState> states = new ArrayDeque<>();
    private InputState state = new InputState(false, false, ArchiveMode.AS_NEEDED);
    private boolean exportsDynamic;

    /** Returns the symbols of {@code -u}. */
    List<String> wanted() {
        return wanted;
    }

    /** Returns the symbols of {@code --wrap}. */
    List<String> wrapped() {
        return wrapped;
    }

    /** Returns the symbols of {@code --defsym}, and what they stand for. */
    Map<String, String> definitions() {
        return definitions;
    }

    /** Returns whether libraries see all symbols of the program. */
    boolean exportsDynamic() {
        return exportsDynamic;
    }

    /** Returns the rules that options have set. */
    List<LinkRule> rules() {
        return rules;
    }

    /** Returns a file, as the options before it say. */
    RunOptions.Input file(String name) {
        return new RunOptions.Input(name, false, state.mode, state.isAsNeeded);
    }

    /** Returns the library that {@code -l} means: after -Bstatic it is an archive. */
    RunOptions.Input library(String name) {
        String found = state.isStatic && !name.startsWith(":") ? ":lib" + name + ".a" : name;
        return new RunOptions.Input(found, true, state.mode, state.isAsNeeded);
    }

    /** Returns what a script names: a library, a file, or one that is searched as a library is. */
    RunOptions.Input input(ScriptInput input) {
        String name = input.name();
        RunOptions.Input found;
        if (name.startsWith("-l")) {
            found = library(name.substring(2));
        } else {
            found = Files.exists(Path.of(name)) ? file(name) : library(":" + name);
        }
        return input.isAsNeeded() ? found.ifNeeded() : found;
    }

    /**
     * What {@code --push-state} keeps.
     *
     * @param isStatic whether libraries are archives
     * @param isAsNeeded whether shared libraries are only opened if they are needed
     * @param mode which members of archives are linked
     */
    private record InputState(boolean isStatic, boolean isAsNeeded, ArchiveMode mode) {
        InputState with(boolean nextIsStatic) {
            return new InputState(nextIsStatic, isAsNeeded, mode);
        }

        InputState with(ArchiveMode next) {
            return new InputState(isStatic, isAsNeeded, next);
        }

        InputState asNeeded(boolean next) {
            return new InputState(isStatic, next, mode);
        }
    }

    /**
     * Takes an option.
     *
     * @param left the arguments after it, from which its value is taken
     * @return whether it is an option of a linker
     */
    boolean take(String argument, Deque<String> left) throws UsageException {
        if (argument.startsWith(OF_COMPILER)) {
            putBack(List.of(passedOn(argument)), left);
            return true;
        }
        if (argument.equals(PASSED_ON)) {
            return true; // the value is the next option
        }
        String name = argument.startsWith("--") ? argument : "-" + argument;
        return takeSymbol(argument, name, left)
                || takeInputState(argument, name)
                || takeRule(argument, name)
                || takeKeyword(argument, left)
                || IgnoredOptions.take(argument, left);
    }

    /** Returns the options that a compiler passes on for a word; the word itself if it is none. */
    static String[] passedOn(String word) {
        return word.startsWith(OF_COMPILER)
                ? word.substring(OF_COMPILER.length()).split(",")
                : new String[] {word};
    }

    private static void putBack(List<String> options, Deque<String> left) {
        options.reversed().forEach(left::push);
    }

    private boolean takeSymbol(String argument, String name, Deque<String> left)
            throws UsageException {
        Optional<String> symbol = value("--undefined", name, left);
        if (symbol.isEmpty() && argument.startsWith("-u") && !argument.startsWith("-un")) {
            symbol = Optional.of(RunOptions.joined(argument, left));
        }
        if (symbol.isPresent()) {
            wanted.add(symbol.get());
            return true;
        }
        Optional<String> wrap = value("--wrap", name, left);
        if (wrap.isPresent()) {
            wrapped.add(wrap.get());
            return true;
        }
        Optional<String> definition = value("--defsym", name, left);
        if (definition.isPresent()) {
            define(definition.get());
            return true;
        }
        return false;
    }

    private void define(String text) throws UsageException {
        int equals = text.indexOf('=');
        String value = text.substring(equals + 1);
        if (equals <= 0 || !value.matches("[\\w.$@]+")) {
            throw new UsageException(
                    "run: --defsym takes SYMBOL=NUMBER or SYMBOL=SYMBOL, not '" + text + "'");
        }
        definitions.put(text.substring(0, equals), value);
    }

    /** Returns the value of an option in the form {@code --name value} or {@code --name=value}. */
    static Optional<String> value(String option, String argument, Deque<String> left)
            throws UsageException {
        if (argument.equals(option)) {
            return Optional.of(RunOptions.value(option, left));
        }
        return argument.startsWith(option + "=")
                ? Optional.of(argument.substring(option.length() + 1))
                : Optional.empty();
    }

    /** Takes an option that counts for the files and libraries behind it. */
    private boolean takeInputState(String argument, String name) {
        switch (argument) {
            case "-Bstatic", "-dn", "-non_shared", "-static" -> state = state.with(true);
            case "-Bdynamic", "-dy", "-call_shared" -> state = state.with(false);
            default -> {
                switch (name) {
                    case "--whole-archive" -> state = state.with(ArchiveMode.WHOLE);
                    case "--no-whole-archive" -> state = state.with(ArchiveMode.AS_NEEDED);
                    case "--as-needed" -> state = state.asNeeded(true);
                    case "--no-as-needed" -> state = state.asNeeded(false);
                    case "--push-state" -> states.push(state);
                    case "--pop-state" -> state = states.isEmpty() ? state : states.pop();
                    default -> {
                        return false;
                    }
                }
            }
        }
        return true;
    }

    private boolean takeRule(String argument, String name) {
        switch (argument) {
            case "-E", "--export-dynamic", "-export-dynamic", "-rdynamic" -> exportsDynamic = true;
            case "--no-export-dynamic" -> exportsDynamic = false;
            default -> {
                if (!name.equals("--allow-multiple-definition")) {
                    return false;
                }
                rules.add(LinkRule.FIRST_DEFINITION_COUNTS);
            }
        }
        return true;
    }

    private boolean takeKeyword(String argument, Deque<String> left) throws UsageException {
        if (!argument.startsWith("-z")) {
            return false;
        }
        String keyword = RunOptions.joined(argument, left);
        switch (keyword) {
            case "muldefs" -> rules.add(LinkRule.FIRST_DEFINITION_COUNTS);
            case "execstack" -> rules.add(LinkRule.EXECUTABLE_STACK);
            case "noexecstack" -> rules.add(LinkRule.NO_EXECUTABLE_STACK);
            default -> {
                if (!IgnoredOptions.hasKeyword(keyword)) {
                    throw new UsageException("run: unknown option '-z " + keyword + "'");
                }
            }
        }
        return true;
    }
}
