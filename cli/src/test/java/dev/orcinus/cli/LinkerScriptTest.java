package dev.orcinus.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Tests of the libraries that linker scripts name. */
final class LinkerScriptTest {
    private static List<String> inputs(String script) {
        return LinkerScript.parse(script).inputs().stream().map(ScriptInput::name).toList();
    }

    @Test
    void debiansLibcNamesThreeFiles() {
        assertEquals(
                List.of(
                        "/lib/x86_64-linux-gnu/libc.so.6",
                        "/usr/lib/x86_64-linux-gnu/libc_nonshared.a",
                        "/lib64/ld-linux-x86-64.so.2"),
                inputs(
                        """
                        /* GNU ld script
                           Use the shared library, but some functions are only in
                           the static library, so try that secondarily.  */
                        OUTPUT_FORMAT(elf64-x86-64)
                        GROUP ( /lib/x86_64-linux-gnu/libc.so.6 /usr/lib/x86_64-linux-gnu/libc_nonshared.a\
                          AS_NEEDED ( /lib64/ld-linux-x86-64.so.2 ) )
                        """));
    }

    @Test
    void whatIsNeededOnlyPerhapsIsKnown() {
        assertEquals(
                List.of(
                        new ScriptInput("a", false),
                        new ScriptInput("-lb", true),
                        new ScriptInput("c", true),
                        new ScriptInput("d", false),
                        new ScriptInput("e", false)),
                LinkerScript.parse("GROUP(a AS_NEEDED(-lb c) d) INPUT(e)").inputs());
    }

    @Test
    void inputsMayBeSeveralQuotedAndJoinedByCommas() {
        assertEquals(
                List.of("liba.a", "-lb", "a file.a"),
                inputs("INPUT(liba.a, -lb) SEARCH_DIR(/x) INPUT(\"a file.a\")"));
    }

    @Test
    void whatIsNoScriptNamesNothing() {
        assertEquals(List.of(), inputs("\u007fELF\0\0 ) ( nothing )) GROUP"));
        assertEquals(List.of(), inputs("/* GROUP ( libc.so.6 ) */"));
    }

    @Test
    void aScriptWithoutItsEndIsReadAsFarAsItGoes() {
        assertEquals(List.of("liba.a", "libb.a"), inputs("GROUP ( liba.a AS_NEEDED ( libb.a"));
    }
}
