package dev.orcinus.cli;

import java.util.ArrayList;
import java.util.List;

/** The option {@code --perf-map} of all commands that run code. It has no state. */
final class PerfMapOption {
    private static final String NAME = "--perf-map";
    private static final String PROPERTY = "orcinus.perf.map";
    private static final String END_OF_OPTIONS = "--";

    private PerfMapOption() {}

    /**
     * Takes the option out of a command's arguments, if it is there. Sessions that begin afterwards
     * write the map.
     *
     * @return the other arguments
     */
    static List<String> take(List<String> arguments) {
        if (!isIn(arguments)) {
            return arguments;
        }
        List<String> options = options(arguments);
        System.setProperty(PROPERTY, "true");
        List<String> others = new ArrayList<>(options);
        others.removeIf(NAME::equals);
        others.addAll(arguments.subList(options.size(), arguments.size()));
        return others;
    }

    /** Returns whether the option is in a command's arguments. */
    static boolean isIn(List<String> arguments) {
        return options(arguments).contains(NAME);
    }

    private static List<String> options(List<String> arguments) {
        int end = arguments.indexOf(END_OF_OPTIONS);
        return end < 0 ? arguments : arguments.subList(0, end);
    }
}
