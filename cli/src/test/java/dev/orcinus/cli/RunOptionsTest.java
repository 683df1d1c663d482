package dev.orcinus.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import dev.orcinus.cli.RunOptions.Input;
import dev.orcinus.cli.RunOptions.Place;
import dev.orcinus.jit.ArchiveMode;
import dev.orcinus.jit.LinkRule;
import dev.orcinus.secure.UserFolder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests of the arguments of {@code orcinus run} and {@code orcinus inspect}. */
final class RunOptionsTest {
    private static RunOptions parse(String... arguments) throws UsageException {
        return RunOptions.parse(List.of(arguments));
    }

    @Test
    void inputsKeepTheirOrderAndTheirMode() throws UsageException {
        RunOptions options =
                parse(
                        "-lz",
                        "a.o",
                        "--whole-archive",
                        "b.a",
                        "-l",
                        "c",
                        "--no-whole-archive",
                        "d.a",
                        "--",
                        "--whole-archive");
        assertEquals(
                List.of(
                        new Input("z", true, ArchiveMode.AS_NEEDED, false),
                        new Input("a.o", false, ArchiveMode.AS_NEEDED, false),
                        new Input("b.a", false, ArchiveMode.WHOLE, false),
                        new Input("c", true, ArchiveMode.WHOLE, false),
                        new Input("d.a", false, ArchiveMode.AS_NEEDED, false)),
                options.inputs());
        assertEquals(List.of("a.o", "--whole-archive"), options.programArguments());
    }

    /** It names a daemon's certificate, so nothing is said to who shows none. */
    @Test
    void aFingerprintWithoutATokenIsNotIgnored() throws Exception {
        Path usual = UserFolder.settings().resolve("token");
        assumeFalse(Files.exists(usual), "the user has a token, which would be used");
        RunCommand run =
                new RunCommand(
                        List.of(
                                "--connect",
                                "127.0.0.1:1",
                                "--fingerprint",
                                "SHA256:" + "0".repeat(64),
                                "a.o"),
                        new OwnCaller());
        assertEquals(
                "the daemon's token is wanted: --token-file FILE, ORCINUS_TOKEN_FILE, or " + usual,
                assertThrows(UsageException.class, run::run).getMessage());
    }

    @Test
    void optionsOfLdAreTaken() throws UsageException {
        RunOptions options =
                parse(
                        "-Wl,-u,one,--wrap=two,--as-needed",
                        "-Xlinker",
                        "--defsym",
                        "-Xlinker",
                        "three=four",
                        "-utwice",
                        "-z",
                        "now",
                        "--start-group",
                        "a.o",
                        "--end-group",
                        "-Bstatic",
                        "-lz",
                        "-Bdynamic",
                        "--library=m",
                        "-e",
                        "start",
                        "-rpath",
                        "/somewhere",
                        "-O2");
        assertEquals(List.of("one", "twice"), options.linker().wanted());
        assertEquals(List.of("two"), options.linker().wrapped());
        assertEquals(Map.of("three", "four"), options.linker().definitions());
        assertEquals(new ProgramEntry("start", true, false), options.entry());
        assertEquals(
                List.of("a.o", ":libz.a", "m"),
                options.inputs().stream().map(Input::name).toList());
    }

    @Test
    void theStateOfInputsIsKeptAndComesBack() throws UsageException {
        RunOptions options =
                parse(
                        "-la",
                        "--push-state",
                        "--as-needed",
                        "--whole-archive",
                        "-Bstatic",
                        "-lb",
                        "--pop-state",
                        "-lc",
                        "-Wl,--as-needed",
                        "-ld",
                        "-Wl,--no-as-needed",
                        "e.o");
        assertEquals(
                List.of(
                        new Input("a", true, ArchiveMode.AS_NEEDED, false),
                        new Input(":libb.a", true, ArchiveMode.WHOLE, true),
                        new Input("c", true, ArchiveMode.AS_NEEDED, false),
                        new Input("d", true, ArchiveMode.AS_NEEDED, true),
                        new Input("e.o", false, ArchiveMode.AS_NEEDED, false)),
                options.inputs());
    }

    @Test
    void rulesOfLdAreTaken() throws UsageException {
        assertEquals(
                List.of(
                        LinkRule.FIRST_DEFINITION_COUNTS,
                        LinkRule.EXECUTABLE_STACK,
                        LinkRule.NO_EXECUTABLE_STACK,
                        LinkRule.FIRST_DEFINITION_COUNTS),
                parse(
                                "-z",
                                "muldefs",
                                "-zexecstack",
                                "-Wl,-z,noexecstack",
                                "--allow-multiple-definition",
                                "a.o")
                        .linker()
                        .rules());
    }

    @Test
    void aProgramIsEnteredWhereTheOptionsSay() throws UsageException {
        assertEquals(ProgramEntry.MAIN, parse("a.o").entry());
        assertEquals(ProgramEntry.MAIN, parse("-e", "main", "a.o").entry());
        assertEquals(new ProgramEntry("go", true, false), parse("-e", "go", "a.o").entry());
        assertEquals(new ProgramEntry("go", false, false), parse("--entry", "go", "a.o").entry());
        assertEquals(
                new ProgramEntry("_start", true, false), parse("--entry=_start", "a.o").entry());
        assertEquals(
                "run: -e takes a symbol, not the address '0x10'",
                assertThrows(UsageException.class, () -> parse("-e", "0x10", "a.o")).getMessage());
    }

    @Test
    void aStartOfItsOwnNeedsAProcessOfItsOwn() throws UsageException {
        RunCommand run = new RunCommand(List.of("--in-jvm", "-e", "go", "a.o"), new OwnCaller());
        assertEquals(
                "run: a program that starts at 'go' needs a process of its own: leave out --in-jvm"
                        + " and --connect",
                assertThrows(UsageException.class, run::run).getMessage());
    }

    @Test
    void aScriptNamesThePartsOfAProgram(@TempDir Path folder) throws Exception {
        Path script = folder.resolve("link.res");
        Files.writeString(
                script,
                """
                SEARCH_DIR("/one")
                ENTRY(begin)
                INPUT(
                /a.o
                b.o -lc
                )
                SECTIONS { .own : { KEEP (*(.own .own.*)) } } INSERT AFTER .data;
                """);
        RunOptions options = parse("x.o", "-T", script.toString());
        assertEquals(
                List.of("x.o", ":/a.o", ":b.o", "c"),
                options.inputs().stream().map(Input::name).toList());
        assertEquals(List.of("/one"), options.folders());
        assertEquals(new ProgramEntry("begin", true, false), options.entry());
        assertEquals("other", parse("-e", "other", "-T" + script, "x.o").entry().name());
    }

    @Test
    void aScriptThatChangesMemoryIsRefused() {
        assertEquals(
                "run: -T s: SECTIONS without INSERT is not known; known are INPUT, GROUP,"
                        + " SEARCH_DIR, ENTRY, and SECTIONS with INSERT",
                refusal("SECTIONS { .text : { *(.text) } }"));
        assertTrue(
                refusal("SECTIONS { .a : { x = .; *(.a) } } INSERT AFTER .data;")
                        .startsWith("run: -T s: a definition of a symbol in SECTIONS is"));
        assertTrue(refusal("MEMORY { }").startsWith("run: -T s: the command 'MEMORY' is"));
        assertTrue(refusal("x = 3;").startsWith("run: -T s: the command 'x' is"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/DISCARD/ : { *(.a) }",
                "/DISCARD/: { *(.a) }",
                ".a : { BYTE(1) *(.a) }",
                ".a : { LONG(1) *(.a) }",
                ".a : { *(SORT(.a)) }",
                ".a : { *(SORT_BY_NAME(.a)) }",
                ".a : { FILL(0x90) *(.a) }",
                ".a 0x700000 : { *(.a) }",
                ".a : ALIGN(4096) { *(.a) }",
                ".a (NOLOAD) : { *(.a) }",
                ".a : { *(.a) } >region",
                ".a : { *(.a) } :segment"
            })
    void sectionsThatLdWouldChangeAreRefused(String section) {
        String refusal = refusal("SECTIONS { " + section + " } INSERT AFTER .data;");
        assertTrue(refusal.contains("' in SECTIONS is not known"), refusal);
    }

    @Test
    void aScriptOfTheProgramMayNameLibrariesThatAreNeededPerhaps() throws UsageException {
        assertEquals(
                List.of(
                        new ScriptInput("a.o", false),
                        new ScriptInput("-lb", true),
                        new ScriptInput("-lc", false)),
                ProgramScript.parse("s", "INPUT(a.o AS_NEEDED(-lb)) GROUP(-lc)").inputs());
    }

    private static String refusal(String script) {
        return assertThrows(UsageException.class, () -> ProgramScript.parse("s", script))
                .getMessage();
    }

    @Test
    void whatACompilerGivesToItsLinkerIsTaken() throws UsageException {
        RunOptions options =
                parse(
                        "-plugin",
                        "/usr/lib/liblto_plugin.so",
                        "-plugin-opt=-pass-through=-lgcc",
                        "--sysroot=/",
                        "--build-id",
                        "--eh-frame-hdr",
                        "-melf_x86_64",
                        "-b",
                        "elf64-x86-64",
                        "--hash-style=gnu",
                        "-dynamic-linker",
                        "/lib64/ld-linux-x86-64.so.2",
                        "-pie",
                        "-z",
                        "now",
                        "a.o");
        assertEquals(List.of("a.o"), options.inputs().stream().map(Input::name).toList());
        assertEquals(
                "run: unknown format '-b binary'",
                assertThrows(UsageException.class, () -> parse("-b", "binary", "a.o"))
                        .getMessage());
    }

    @Test
    void unknownOptionsAreRefusedByName() {
        for (String option : List.of("--frobnicate", "-z frobnicate", "-Ttext=0x1000")) {
            UsageException refusal =
                    assertThrows(UsageException.class, () -> parse((option + " a.o").split(" ")));
            assertEquals("run: unknown option '" + option + "'", refusal.getMessage());
        }
        assertEquals(
                "run: --defsym takes SYMBOL=NUMBER or SYMBOL=SYMBOL, not 'a=b+1'",
                assertThrows(UsageException.class, () -> parse("--defsym", "a=b+1", "a.o"))
                        .getMessage());
    }

    @Test
    void aResponseFileHoldsWords() {
        assertEquals(
                List.of("a b", "c\"d", "e f", "g", ""),
                ResponseFile.words("'a b' c\\\"d \"e f\"\n\tg ''\n"));
    }

    @Test
    void aProgramHasAProcessOfItsOwnUnderLinux() throws UsageException {
        boolean isLinux = System.getProperty("os.name").equals("Linux");
        assertEquals(isLinux ? Place.ISOLATED : Place.HERE, parse("a.o").place());
        assertEquals(Place.ISOLATED, parse("--isolated", "a.o").place());
        assertEquals(Place.HERE, parse("--in-jvm", "a.o").place());
        assertEquals(Place.CONNECTED, parse("--connect", "127.0.0.1:1", "a.o").place());
    }

    @Test
    void theNameOfAProgramIsItsFirstFileOrGiven() throws UsageException {
        assertEquals(
                List.of("a.o", "--name", "x"),
                parse("a.o", "--", "--name", "x").programArguments());
        assertEquals(
                List.of("./a", "1"), parse("--name", "./a", "a.o", "--", "1").programArguments());
        assertEquals(List.of("./a"), parse("a.o", "--name=./a").programArguments());
    }

    @Test
    void librariesAloneAreNoProgram() {
        UsageException refusal = assertThrows(UsageException.class, () -> parse("-lz"));
        assertEquals("run: no object file is given", refusal.getMessage());
    }

    @Test
    void inspectKnowsItsOptions() {
        assertEquals(
                "inspect: unknown option '--colour'",
                assertThrows(
                                UsageException.class,
                                () -> new InspectCommand(List.of("--colour", "x.o")))
                        .getMessage());
        assertEquals(
                "inspect: no file is given",
                assertThrows(UsageException.class, () -> new InspectCommand(List.of("--graph")))
                        .getMessage());
    }
}
