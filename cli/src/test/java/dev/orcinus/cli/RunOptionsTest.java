package dev.orcinus.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.orcinus.cli.RunOptions.Input;
import dev.orcinus.jit.ArchiveMode;
import java.util.List;
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
