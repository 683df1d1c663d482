package dev.orcinus.bindings.abi;

import java.util.ArrayList;
import java.util.List;

/**
 * A C prototype, as a header class's Javadoc gives it.
 *
 * @param text the prototype
 * @param name the function
 * @param result its return type
 * @param parameters its parameter types; those that are variable are left out
 */
record Prototype(String text, String name, String result, List<String> parameters) {
    static Prototype parse(String text) {
        int open = text.indexOf('(');
        int nameStart = open;
        while (Character.isJavaIdentifierPart(text.charAt(nameStart - 1))) {
            nameStart--;
        }
        String parameters = text.substring(open + 1, text.lastIndexOf(')'));
        return new Prototype(
                text,
                text.substring(nameStart, open),
                text.substring(0, nameStart).trim(),
                split(parameters).stream().map(Prototype::type).toList());
    }

    private static List<String> split(String parameters) {
        List<String> split = new ArrayList<>();
        int depth = 0;
        int start = 0;
        for (int i = 0; i <= parameters.length(); i++) {
            char c = i == parameters.length() ? ',' : parameters.charAt(i);
            depth += c == '(' ? 1 : c == ')' ? -1 : 0;
            if (c == ',' && depth == 0) {
                split.add(parameters.substring(start, i).trim());
                start = i + 1;
            }
        }
        split.removeIf(p -> p.equals("void") || p.equals("..."));
        return split;
    }

    /** Returns the type in {@code const char *name}: all but the last word. */
    private static String type(String parameter) {
        if (parameter.contains("(*")) {
            return "void *";
        }
        int end = parameter.length();
        while (Character.isJavaIdentifierPart(parameter.charAt(end - 1))) {
            end--;
        }
        return parameter.substring(0, end).trim();
    }
}
