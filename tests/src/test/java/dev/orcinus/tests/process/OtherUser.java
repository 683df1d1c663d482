package dev.orcinus.tests.process;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Runs commands as the user "nobody". Only root can, so a test of another user is skipped. */
public final class OtherUser {
    /** The user's id. */
    public static final String ID = "65534";

    private static final Path SETPRIV = Path.of("/usr/bin/setpriv");
    private static final Path BASH = Path.of("/bin/bash");
    private static final Path PERL = Path.of("/usr/bin/perl");

    private OtherUser() {}

    /** Returns how many of the first 32 bytes that a port sends arrive before the line ends. */
    public static int bytesFromPort(int port) throws InterruptedException {
        return Integer.parseInt(
                run(BASH, "-c", "exec 3<>/dev/tcp/127.0.0.1/" + port + "; head -c 32 <&3 | wc -c")
                        .output()
                        .strip());
    }

    /**
     * Connects to a Unix-domain socket and reads up to 32 bytes.
     *
     * @return how many bytes arrive before the line ends, or the error of the call
     */
    public static String bytesFromSocket(Path socket) throws InterruptedException {
        String program =
                "use IO::Socket::UNIX;"
                        + "my $s = IO::Socket::UNIX->new(Peer => $ARGV[0]) or do { print $!; exit };"
                        + "my $n = 0; while ($n < 32 && sysread($s, my $b, 32 - $n)) { $n += length $b }"
                        + "print $n";
        return run(PERL, "-e", program, socket.toString()).output();
    }

    /**
     * Returns the command that runs the rest of its arguments as that user. Skips the test if there
     * is none.
     */
    public static List<String> prefix() {
        String user = System.getProperty("user.name");
        assumeTrue(user.equals("root"), "only root can become another user");
        assumeTrue(Files.isExecutable(SETPRIV), "no " + SETPRIV + " to become another user with");
        return List.of(SETPRIV.toString(), "--reuid=" + ID, "--regid=" + ID, "--clear-groups");
    }

    /** Runs a program to its end. */
    public static Finished run(Path tool, String... arguments) throws InterruptedException {
        List<String> command = new ArrayList<>(prefix());
        assumeTrue(Files.isExecutable(tool), "no " + tool + " to connect with");
        command.add(tool.toString());
        command.addAll(List.of(arguments));
        try (Program client = Program.start(Path.of("/"), command)) {
            return client.finish();
        }
    }
}
