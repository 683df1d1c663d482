package dev.orcinus.tests.launcher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Tests that the scripts which run on macOS use no programs and options that only GNU's tools or
 * Linux have, and no syntax that only bash has. Scripts that rebuild fixtures, and those that
 * install Debian's packages, are not among them.
 */
final class PortableScriptsTest {
    private static final Path ROOT = Path.of(System.getProperty("orcinus.root"));

    /** What macOS does not have, and what to use. */
    private static final Map<Pattern, String> FOREIGN = foreign();

    private static Map<Pattern, String> foreign() {
        Map<Pattern, String> foreign = new LinkedHashMap<>();
        add(foreign, "readlink +-", "a loop over readlink");
        add(foreign, "realpath(?!\\w)", "cd and pwd -P");
        add(foreign, "sed +(-[a-z]* +)*-[a-z]*[ir]", "sed into another file; sed -E");
        add(foreign, "(sed|grep) [^|;]*\\\\[+?|]", "sed -E, grep -E");
        add(foreign, "grep +-[a-zA-Z]*P", "grep -E");
        add(foreign, "stat +-", "test, find, wc");
        add(foreign, "(md5|sha[0-9]+)sum", "shasum");
        add(foreign, "nproc(?!\\w)", "getconf _NPROCESSORS_ONLN");
        add(foreign, "date +[^|;]*(%N|-d|--)", "date with +FORMAT alone");
        add(foreign, "xargs +(-[0-9a-z]+ +)*-[a-z]*r", "a test before xargs");
        add(foreign, "ln +-[a-zA-Z]*[Tr]", "ln -sfn");
        add(foreign, "cp +-[a-zA-Z]*[adtTu]", "cp -R");
        add(foreign, "mv +-[a-zA-Z]*[tTu]", "mv into a folder");
        add(foreign, "mktemp +(-[a-z] +)*-(-|p|t)", "mktemp -d FOLDER/NAME.XXXXXX");
        add(foreign, "find [^|;]*-(printf|readable|executable)", "find -exec");
        add(foreign, "sort +-[a-zA-Z]*[VhR]", "sort -n");
        add(foreign, "head +-n +-|tail +--", "sed");
        add(
                foreign,
                "(timeout|tac|setsid|flock|ldconfig|ldd|free|shuf)(?!\\w)",
                "nothing of the kind");
        add(foreign, "/proc/|/dev/shm", "nothing of the kind");
        add(foreign, "(cp|mv|ln|rm|ls|mkdir|touch|chmod|sort|tail|tr|wc|cut) [^|;]*--[a-z]", "-x");
        return foreign;
    }

    private static void add(Map<Pattern, String> foreign, String text, String instead) {
        foreign.put(Pattern.compile("(?<![\\w./$-])(" + text + ")"), instead);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "orcinus",
                "test",
                "demo",
                "mvnw",
                "examples/run",
                "etc/build-app.sh",
                "etc/find-jdk.sh",
                "etc/make-app.sh",
                "etc/hello-object.sh",
                "tests/llvm/install.sh"
            })
    void nothingInAScriptIsOfGnuOrLinuxOnly(String script) throws IOException {
        List<String> lines = Files.readAllLines(ROOT.resolve(script));
        assertTrue(
                lines.getFirst().equals("#!/bin/sh") || script.startsWith("etc/"), lines::getFirst);
        List<String> found = new ArrayList<>();
        for (int i = 0; i < lines.size(); i++) {
            found.addAll(problems(script + ":" + (i + 1), lines.get(i)));
        }
        assertEquals(List.of(), found);
    }

    private static List<String> problems(String place, String line) {
        List<String> problems = new ArrayList<>();
        String code = line.strip();
        if (code.startsWith("#") || isGuarded(code)) {
            return problems;
        }
        FOREIGN.forEach(
                (pattern, instead) -> {
                    if (pattern.matcher(code).find()) {
                        problems.add(place + ": " + code + " (use " + instead + ")");
                    }
                });
        return problems;
    }

    /**
     * Returns whether a line is one of Maven's wrapper that takes shasum where there is no
     * sha256sum, or one of the installer for Debian.
     */
    private static boolean isGuarded(String code) {
        boolean hasChoice =
                code.contains("command -v") || code.contains("-c -") || code.startsWith("echo");
        return (code.contains("sha256sum") && hasChoice) || code.contains("apt-get");
    }

    @ParameterizedTest
    @CsvSource({
        "self=$(readlink -f \"$0\")",
        "sed -i s/a/b/ file",
        "sed -n -r s/a/b/ file",
        "sed 's/a\\+/b/' file",
        "grep -oP a file",
        "size=$(stat -c %s file)",
        "sha256sum file",
        "make -j$(nproc)",
        "date +%s.%N",
        "find . | xargs -r rm",
        "cp -a from to",
        "timeout 5 sleep 9",
        "ls --color",
        "ln -sfT a b"
    })
    void aLineOfGnuOrLinuxOnlyIsFound(String line) {
        assertEquals(1, problems("here", line).size(), () -> problems("here", line).toString());
    }

    @Test
    void theOptionThatOnlyTheJvmOfLinuxHasIsGivenThereOnly() throws IOException {
        List<String> lines = Files.readAllLines(ROOT.resolve("etc/make-app.sh"));
        List<String> with =
                lines.stream().filter(line -> line.contains("AdjustStackSizeForTLS")).toList();
        assertEquals(
                List.of(
                        "    if [ \"$(uname -s)\" = Linux ]; then echo"
                                + " -XX:+AdjustStackSizeForTLS; fi"),
                with);
    }
}
