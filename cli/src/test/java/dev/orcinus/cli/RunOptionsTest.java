package dev.orcinus.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import dev.orcinus.cli.RunOptions.Input;
import dev.orcinus.cli.RunOptions.Place;
import dev.orcinus.jit.ArchiveMode;
import dev.orcinus.secure.UserFolder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

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
                        new Input("z", true, ArchiveMode.AS_NEEDED),
                        new Input("a.o", false, ArchiveMode.AS_NEEDED),
                        new Input("b.a", false, ArchiveMode.WHOLE),
                        new Input("c", true, ArchiveMode.WHOLE),
                        new Input("d.a", false, ArchiveMode.AS_NEEDED)),
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
        assertEquals("start", options.entry());
        assertEquals(
                List.of("a.o", ":libz.a", "m"),
                options.inputs().stream().map(Input::name).toList());
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
        for (String option :
                List.of("--frobnicate", "-z frobnicate", "--allow-multiple-definition")) {
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
