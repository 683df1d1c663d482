package dev.orcinus.cli;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The options of GNU ld that {@code orcinus run} knows besides its own (manual of ld, "Command-line
 * Options"), also in the form of a compiler: {@code -Wl,OPTION}. An option that changes the file
 * that ld writes, but not what the program does, is taken and has no effect. One thread may use it.
 */
final class LinkerOptions {
    /** The option of a compiler that passes the next argument to the linker. */
    static final String PASSED_ON = "-Xlinker";

    private static final Set<String> WITHOUT_EFFECT =
            Set.of(
                    "--start-group",
                    "-(",
                    "--end-group",
                    "-)",
                    "--as-needed",
                    "--no-as-needed",
                    "--push-state",
                    "--pop-state",
                    "--gc-sections",
                    "--no-gc-sections",
                    "-s",
                    "-S",
                    "--strip-all",
                    "--strip-debug",
                    "--eh-frame-hdr",
                    "--build-id",
                    "--no-undefined",
                    "-pie",
                    "-no-pie",
                    "-pthread",
                    "--relax",
                    "--no-relax",
                    "-O1",
                    "-O2",
                    "--enable-new-dtags",
                    "--disable-new-dtags",
                    "--no-copy-dt-needed-entries",
                    "-static-libgcc",
                    "-static-libstdc++",
                    "--warn-common",
                    "--fatal-warnings",
                    "--no-fatal-warnings",
                    "--discard-all",
                    "-x",
                    "--discard-locals",
                    "-X",
                    "--no-eh-frame-hdr",
                    "--ld-generated-unwind-info",
                    "--no-ld-generated-unwind-info",
                    "--demangle",
                    "--no-demangle",
                    "--no-pie",
                    "--no-dynamic-linker",
                    "--no-rosegment",
                    "--rosegment",
                    "--no-warn-mismatch",
                    "--warn-once",
                    "--warn-alternate-em",
                    "--warn-shared-textrel",
                    "--no-warn-execstack",
                    "--no-warn-rwx-segments",
                    "--allow-shlib-undefined",
                    "--no-allow-shlib-undefined",
                    "--copy-dt-needed-entries",
                    "--no-add-needed",
                    "--add-needed",
                    "--no-keep-memory",
                    "--reduce-memory-overheads",
                    "--sort-common",
                    "--emit-relocs",
                    "-q",
                    "--stats",
                    "--no-gnu-unique",
                    "--no-map-whole-files",
                    "--map-whole-files",
                    "--error-unresolved-symbols",
                    "--no-print-gc-sections",
                    "--print-gc-sections",
                    "-Bsymbolic",
                    "-Bsymbolic-functions",
                    "-Bsymbolic-non-weak-functions",
                    "-EL",
                    "-g",
                    "-d",
                    "-dc",
                    "-dp",
                    "-nostdlib",
                    "-nostartfiles",
                    "-nodefaultlibs",
                    "-nostdlib++");
    private static final Set<String> WITH_VALUE_WITHOUT_EFFECT =
            Set.of(
                    "-rpath",
                    "-rpath-link",
                    "-dynamic-linker",
                    "-I",
                    "-soname",
                    "-h",
                    "-m",
                    "-Map",
                    "-o",
                    "-output",
                    "-plugin",
                    "-plugin-opt",
                    "-sysroot",
                    "-exclude-libs",
                    "-hash-style");
    private static final List<String> JOINED_WITHOUT_EFFECT =
            List.of(
                    "--build-id=",
                    "-hash-style=",
                    "-rpath=",
                    "-rpath-link=",
                    "-soname=",
                    "-dynamic-linker=",
                    "-plugin=",
                    "-plugin-opt=",
                    "-sysroot=",
                    "-exclude-libs=",
                    "-Map=",
                    "-output=",
                    "-color-diagnostics",
                    "-compress-debug-sections=",
                    "-sort-section=",
                    "-sort-common=",
                    "-icf=",
                    "-melf",
                    "-threads",
                    "-thread-count=",
                    "-orphan-handling=",
                    "-pack-dyn-relocs=",
                    "-hash-size=",
                    "-O");
    private static final Set<String> KEYWORDS_WITHOUT_EFFECT =
            Set.of(
                    "now",
                    "lazy",
                    "relro",
                    "norelro",
                    "noexecstack",
                    "defs",
                    "combreloc",
                    "nocombreloc",
                    "separate-code",
                    "noseparate-code",
                    "nodelete",
                    "nodlopen",
                    "text",
                    "origin",
                    "global",
                    "initfirst",
                    "interpose",
                    "loadfltr",
                    "nodump",
                    "undefs",
                    "notext",
                    "nodefaultlib",
                    "ibt",
                    "shstk",
                    "ibtplt",
                    "bndplt",
                    "nognustack",
                    "start-stop-gc",
                    "nostart-stop-gc",
                    "pack-relative-relocs",
                    "nopack-relative-relocs",
                    "keep-text-section-prefix",
                    "nokeep-text-section-prefix",
                    "noextern-protected-data",
                    "dynamic-undefined-weak",
                    "nodynamic-undefined-weak",
                    "unique-symbol",
                    "nounique-symbol",
                    "separate-loadable-segments",
                    "rodynamic",
                    "memory-seal",
                    "nomemory-seal");
    private static final Set<String> KEYWORDS_WITH_VALUE =
            Set.of(
                    "max-page-size",
                    "common-page-size",
                    "start-stop-visibility",
                    "cet-report",
                    "bti-report",
                    "stack-size",
                    "relro-padding");

    private final List<String> wanted = new ArrayList<>();
    private final List<String> wrapped = new ArrayList<>();
    private final Map<String, String> definitions = new LinkedHashMap<>();
    private final Deque<Boolean> states = new ArrayDeque<>();
    private boolean isStatic;
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

    /** Returns the name of the library that {@code -l} means: after -Bstatic it is an archive. */
    String library(String name) {
        return isStatic && !name.startsWith(":") ? ":lib" + name + ".a" : name;
    }

    /**
     * Takes an option.
     *
     * @param left the arguments after it, from which its value is taken
     * @return whether it is an option of a linker
     */
    boolean take(String argument, Deque<String> left) throws UsageException {
        if (argument.startsWith("-Wl,")) {
            putBack(List.of(argument.substring(4).split(",")), left);
            return true;
        }
        if (argument.equals(PASSED_ON)) {
            return true; // the value is the next option
        }
        String name = argument.startsWith("--") ? argument : "-" + argument;
        return takeSymbol(argument, name, left)
                || takeKind(argument, name)
                || takeKeyword(argument, left)
                || takeWithoutEffect(argument, left);
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
    private static Optional<String> value(String option, String argument, Deque<String> left)
            throws UsageException {
        if (argument.equals(option)) {
            return Optional.of(RunOptions.value(option, left));
        }
        return argument.startsWith(option + "=")
                ? Optional.of(argument.substring(option.length() + 1))
                : Optional.empty();
    }

    private boolean takeKind(String argument, String name) {
        switch (argument) {
            case "-Bstatic", "-dn", "-non_shared", "-static" -> isStatic = true;
            case "-Bdynamic", "-dy", "-call_shared" -> isStatic = false;
            case "-E", "--export-dynamic", "-export-dynamic", "-rdynamic" -> exportsDynamic = true;
            case "--no-export-dynamic" -> exportsDynamic = false;
            default -> {
                if (name.equals("--push-state")) {
                    states.push(isStatic);
                } else if (name.equals("--pop-state") && !states.isEmpty()) {
                    isStatic = states.pop();
                }
                return false;
            }
        }
        return true;
    }

    private static boolean takeKeyword(String argument, Deque<String> left) throws UsageException {
        if (!argument.startsWith("-z")) {
            return false;
        }
        String keyword = RunOptions.joined(argument, left);
        int equals = keyword.indexOf('=');
        boolean isKnown =
                equals < 0
                        ? KEYWORDS_WITHOUT_EFFECT.contains(keyword)
                        : KEYWORDS_WITH_VALUE.contains(keyword.substring(0, equals));
        if (!isKnown) {
            throw new UsageException("run: unknown option '-z " + keyword + "'");
        }
        return true;
    }

    private static boolean takeWithoutEffect(String argument, Deque<String> left)
            throws UsageException {
        if (WITHOUT_EFFECT.contains(argument)) {
            return true;
        }
        Optional<String> format = value("-b", argument, left);
        if (format.isEmpty() && argument.startsWith("--format")) {
            format = value("--format", argument, left);
        }
        if (format.isPresent()) {
            if (!format.get().startsWith("elf") && !format.get().equals("default")) {
                throw new UsageException("run: unknown format '-b " + format.get() + "'");
            }
            return true;
        }
        String single = argument.startsWith("--") ? argument.substring(1) : argument;
        if (WITH_VALUE_WITHOUT_EFFECT.contains(single)) {
            RunOptions.value(argument, left);
            return true;
        }
        return JOINED_WITHOUT_EFFECT.stream()
                .anyMatch(o -> argument.startsWith(o) || single.startsWith(o));
    }
}
