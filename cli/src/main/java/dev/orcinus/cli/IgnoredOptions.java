package dev.orcinus.cli;

import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The options of GNU ld that change the file that ld writes, but not what the program does (manual
 * of ld, "Command-line Options"). They are taken and have no effect. It has no state.
 */
final class IgnoredOptions {
    private static final Set<String> WITHOUT_EFFECT =
            Set.of(
                    "--start-group",
                    "-(",
                    "--end-group",
                    "-)",
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
                    "-unresolved-symbols=ignore-in-shared-libs",
                    "-unresolved-symbols=report-all",
                    "-pack-dyn-relocs=",
                    "-hash-size=",
                    "-O");
    private static final Set<String> KEYWORDS_WITHOUT_EFFECT =
            Set.of(
                    "now",
                    "lazy",
                    "relro",
                    "norelro",
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

    private IgnoredOptions() {}

    /** Returns whether a keyword after {@code -z} is one of them. */
    static boolean hasKeyword(String keyword) {
        int equals = keyword.indexOf('=');
        return equals < 0
                ? KEYWORDS_WITHOUT_EFFECT.contains(keyword)
                : KEYWORDS_WITH_VALUE.contains(keyword.substring(0, equals));
    }

    /**
     * Takes an option.
     *
     * @param left the arguments after it, from which its value is taken
     * @return whether it is one of them
     */
    static boolean take(String argument, Deque<String> left) throws UsageException {
        if (WITHOUT_EFFECT.contains(argument)) {
            return true;
        }
        Optional<String> format = LinkerOptions.value("-b", argument, left);
        if (format.isEmpty() && argument.startsWith("--format")) {
            format = LinkerOptions.value("--format", argument, left);
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
