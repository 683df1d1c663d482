package dev.orcinus.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class MainTest {
    private final PrintStream realOut = System.out;
    private final PrintStream realErr = System.err;
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @BeforeEach
    void capture() {
        System.setOut(new PrintStream(out, true, StandardCharsets.UTF_8));
        System.setErr(new PrintStream(err, true, StandardCharsets.UTF_8));
    }

    @AfterEach
    void release() {
        System.setOut(realOut);
        System.setErr(realErr);
    }

    private String errors() {
        return err.toString(StandardCharsets.UTF_8);
    }

    @Test
    void helpIsPrintedWhereItIsWanted() {
        assertEquals(0, Main.status("help"));
        String help = out.toString(StandardCharsets.UTF_8);
        for (String command :
                new String[] {
                    "serve", "status", "listen=", "filedescs=", "socket:adopt=", "tcp:connect="
                }) {
            assertTrue(help.contains("orcinus " + command), help);
        }
        assertTrue(help.contains("| tcp:listen=ADDRESS"), help);
        assertEquals("", errors());
    }

    @Test
    void versionNamesItselfTheJdkAndTheControllers() {
        for (String command : new String[] {"version", "--version"}) {
            out.reset();
            assertEquals(0, Main.status(command));
            String text = out.toString(StandardCharsets.UTF_8);
            assertTrue(text.matches("(?s)orcinus \\d+\\.\\d+.*\n"), text);
            assertTrue(text.contains("\nJDK " + Runtime.version() + " ("), text);
            assertTrue(text.endsWith("\nserves controllers of LLVM 19 to 24\n"), text);
            assertEquals("", errors());
        }
        Main.status("help");
        String help = out.toString(StandardCharsets.UTF_8);
        assertTrue(help.contains("orcinus version | --version"), help);
    }

    @Test
    void withoutACommandHelpIsAnError() {
        assertEquals(2, Main.status());
        assertTrue(errors().contains("orcinus serve"), errors());
        assertEquals(0, out.size());
    }

    @Test
    void anUnknownCommandIsNamed() {
        assertEquals(2, Main.status("server", "--sessions=1"));
        assertEquals(
                "orcinus: unknown command 'server'; 'orcinus help' lists the commands\n", errors());
    }

    @Test
    void aCommandLineThatCannotBeFollowedIsAUsageError() {
        assertEquals(2, Main.status("filedescs=1"));
        assertEquals(2, Main.status("listen=nowhere"));
        assertEquals(2, Main.status("serve", "--warm", "many"));
        assertEquals(2, Main.status("socket:adopt=3,6"));
        assertEquals(2, Main.status("socket:adopt=-1"));
        assertEquals(2, Main.status("tcp:connect=nowhere"));
        assertEquals(2, Main.status("tcp:listen=nowhere"));
        assertEquals(2, Main.status("tcp=127.0.0.1:1"));
        assertEquals(8, errors().lines().count(), errors());
    }

    @Test
    void whatTheSystemRefusesIsAFailure() {
        assertEquals(1, Main.status("filedescs=998,999"));
        assertTrue(errors().startsWith("orcinus: "), errors());
        assertTrue(errors().contains("Bad file descriptor"), errors());
    }

    @Test
    void aSocketThatIsNoneAndAControllerThatIsNotThereAreNamed() {
        assertEquals(1, Main.status("socket:adopt=998"));
        assertTrue(errors().contains("Bad file descriptor"), errors());
        assertEquals(1, Main.status("tcp:connect=127.0.0.1:1"));
        assertTrue(errors().contains("connect(127.0.0.1:1)"), errors());
        assertEquals(1, Main.status("tcp:connect=no-such-host.invalid:1"));
        assertTrue(errors().contains("unknown host no-such-host.invalid"), errors());
    }
}
