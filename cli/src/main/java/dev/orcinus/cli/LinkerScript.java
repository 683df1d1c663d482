package dev.orcinus.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The libraries that a script for GNU ld names in {@code GROUP} and {@code INPUT} (manual of ld,
 * "Commands Dealing with Files"); Debian's {@code libc.so} is such a script. Other commands are
 * ignored.
 *
 * @param inputs in the order of the script
 */
record LinkerScript(List<ScriptInput> inputs) {
    /** The size of the largest file that can be a script. */
    static final int LARGEST_BYTES = 64 << 10;

    private static final Pattern COMMENT = Pattern.compile("/\\*.*?\\*/", Pattern.DOTALL);
    private static final Pattern TOKEN = Pattern.compile("\"([^\"]*)\"|[()]|[^\\s(),;\"]+");

    static LinkerScript parse(String text) {
        List<ScriptInput> inputs = new ArrayList<>();
        Matcher tokens = TOKEN.matcher(COMMENT.matcher(text).replaceAll(" "));
        String command = "";
        int depth = 0;
        int inputDepth = 0;
        int optionalDepth = 0;
        while (tokens.find()) {
            String token = tokens.group(1) == null ? tokens.group() : tokens.group(1);
            switch (token) {
                case "(" -> {
                    depth++;
                    if (inputDepth == 0 && isInput(command)) {
                        inputDepth = depth;
                    }
                    if (optionalDepth == 0 && command.equals(ScriptInput.AS_NEEDED)) {
                        optionalDepth = depth;
                    }
                }
                case ")" -> {
                    depth--;
                    inputDepth = depth < inputDepth ? 0 : inputDepth;
                    optionalDepth = depth < optionalDepth ? 0 : optionalDepth;
                }
                default -> {
                    if (inputDepth > 0 && !token.equals(ScriptInput.AS_NEEDED)) {
                        inputs.add(new ScriptInput(token, optionalDepth > 0));
                    }
                    command = token;
                }
            }
        }
        return new LinkerScript(List.copyOf(inputs));
    }

    private static boolean isInput(String command) {
        return command.equals("GROUP") || command.equals("INPUT");
    }
}
