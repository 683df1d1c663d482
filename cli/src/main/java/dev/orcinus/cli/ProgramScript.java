package dev.orcinus.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A script of ld's option {@code -T}, as far as it names a program's parts and adds to ld's own
 * script (manual of ld, "File Commands", "Entry Point", "INSERT"): Free Pascal's compiler writes
 * such scripts. One that replaces ld's own script, or defines symbols, is refused.
 *
 * @param inputs in the order of the script
 * @param folders in which libraries are searched
 * @param entry the program's entry, if the script names one
 */
record ProgramScript(List<ScriptInput> inputs, List<String> folders, Optional<String> entry) {
    private static final Pattern COMMENT = Pattern.compile("/\\*.*?\\*/", Pattern.DOTALL);
    private static final Pattern TOKEN = Pattern.compile("\"([^\"]*)\"|[(){};=]|[^\\s(){},;=\"]+");
    private static final List<String> DEFINING =
            List.of("=", "PROVIDE", "PROVIDE_HIDDEN", "ASSERT");

    /**
     * What gives output sections another content, order or place (manual of ld, "Output Section
     * Data", "Output Section Discarding", "Input Section Wildcards", "Output Section Attributes").
     */
    private static final Pattern CHANGING =
            Pattern.compile(
                    "/DISCARD/|BYTE|SHORT|LONG|QUAD|SQUAD|ASCIZ|FILL|SORT|SORT_.*|REVERSE|INCLUDE"
                            + "|OVERLAY|CONSTRUCTORS|CREATE_OBJECT_SYMBOLS|LINKER_VERSION"
                            + "|EXCLUDE_FILE|INPUT_SECTION_FLAGS"
                            + "|ALIGN|SUBALIGN|ALIGN_WITH_INPUT|AT|BIND|BLOCK|ONLY_IF_R[OW]"
                            + "|NOLOAD|DSECT|COPY|INFO|READONLY|TYPE"
                            + "|>.*|:.+|0[xX]\\p{XDigit}+|[1-9][0-9]*[kKmM]?|\\$\\p{XDigit}+");

    /** The options {@code -Ttext} and its kin, which place sections. */
    private static final Pattern PLACING = Pattern.compile("-T(text|data|bss|rodata|ldata).*");

    /** Returns whether an option gives a script; its value may be part of it. */
    static boolean isOption(String argument) {
        boolean isShort = argument.startsWith("-T") && !PLACING.matcher(argument).matches();
        return isShort || argument.equals("--script") || argument.startsWith("--script=");
    }

    /** Reads the script of an option. */
    static ProgramScript of(String argument, Deque<String> left) throws UsageException {
        String name;
        if (argument.startsWith("--script")) {
            name = LinkerOptions.value("--script", argument, left).orElseThrow();
        } else {
            name = RunOptions.joined(argument, left);
        }
        try {
            Path file = Path.of(name);
            FileErrors.requireReadable(file);
            return parse(name, Files.readString(file));
        } catch (IOException e) {
            throw new UsageException("run: -T " + FileErrors.message(e));
        }
    }

    /**
     * Reads a script.
     *
     * @param name of the file, for messages
     */
    static ProgramScript parse(String name, String text) throws UsageException {
        return new Reader(name, text).read();
    }

    /** Reads one script. */
    private static final class Reader {
        private final String name;
        private final Deque<String> tokens = new ArrayDeque<>();
        private final List<ScriptInput> inputs = new ArrayList<>();
        private final List<String> folders = new ArrayList<>();
        private Optional<String> entry = Optional.empty();

        Reader(String name, String text) {
            this.name = name;
            Matcher found = TOKEN.matcher(COMMENT.matcher(text).replaceAll(" "));
            while (found.find()) {
                tokens.add(found.group(1) == null ? found.group() : found.group(1));
            }
        }

        ProgramScript read() throws UsageException {
            while (!tokens.isEmpty()) {
                String command = tokens.pop();
                switch (command) {
                    case "INPUT", "GROUP" -> inputs.addAll(files());
                    case "SEARCH_DIR" -> folders.addAll(words());
                    case "ENTRY" -> entry = words().stream().findFirst();
                    case "OUTPUT_FORMAT", "OUTPUT_ARCH", "OUTPUT", "TARGET" -> words();
                    case "SECTIONS" -> skipSections();
                    case ";" -> {}
                    default -> throw refused("the command '" + command + "'");
                }
            }
            return new ProgramScript(List.copyOf(inputs), List.copyOf(folders), entry);
        }

        private List<ScriptInput> files() {
            List<ScriptInput> files = new ArrayList<>();
            int depth = 0;
            int optionalDepth = 0;
            do {
                String token = tokens.isEmpty() ? ")" : tokens.pop();
                switch (token) {
                    case "(" -> depth++;
                    case ")" -> {
                        depth--;
                        optionalDepth = depth < optionalDepth ? 0 : optionalDepth;
                    }
                    case ScriptInput.AS_NEEDED -> optionalDepth = depth + 1;
                    default -> files.add(new ScriptInput(token, optionalDepth > 0));
                }
            } while (depth > 0);
            return files;
        }

        /** Takes what is in parentheses. */
        private List<String> words() {
            List<String> words = new ArrayList<>();
            int depth = 0;
            do {
                String token = tokens.isEmpty() ? ")" : tokens.pop();
                switch (token) {
                    case "(" -> depth++;
                    case ")" -> depth--;
                    default -> words.add(token);
                }
            } while (depth > 0);
            return words;
        }

        /** Takes output sections that are added to ld's own, which change nothing in memory. */
        private void skipSections() throws UsageException {
            int depth = 0;
            do {
                String token = tokens.isEmpty() ? "}" : tokens.pop();
                switch (token) {
                    case "{" -> depth++;
                    case "}" -> depth--;
                    default -> {
                        if (DEFINING.contains(token)) {
                            throw refused("a definition of a symbol in SECTIONS");
                        }
                        String word = token.replaceFirst(":$", "");
                        if (CHANGING.matcher(word).matches()) {
                            throw refused("'" + word + "' in SECTIONS");
                        }
                    }
                }
            } while (depth > 0);
            if (!"INSERT".equals(tokens.poll())) {
                throw refused("SECTIONS without INSERT");
            }
            tokens.poll();
            tokens.poll();
        }

        private UsageException refused(String what) {
            return new UsageException(
                    ("run: -T %s: %s is not known; known are INPUT, GROUP, SEARCH_DIR, ENTRY, and"
                                    + " SECTIONS with INSERT")
                            .formatted(name, what));
        }
    }
}
