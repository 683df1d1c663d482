package dev.orcinus.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * Closed connections of another user that the system remembers for a minute, as rows of {@code
 * /proc/net/tcp}.
 */
final class WaitingRows {
    private static final String OTHER_USER = "65534";
    private static final String TIME_WAIT = "06";
    private static final int STATE = 3;

    /** The side that closes first keeps the row: the client does. */
    private static final String PROGRAM =
            """
            use IO::Socket::INET;
            my $left = $ARGV[0];
            my $listener = IO::Socket::INET->new(Listen => 128, LocalAddr => '127.0.0.1') or die $!;
            while ($left-- > 0) {
                my $client = IO::Socket::INET->new(PeerAddr => '127.0.0.1', PeerPort => $listener->sockport) or last;
                my $server = $listener->accept;
                close $client;
                close $server;
            }
            """;

    private WaitingRows() {}

    /** Makes rows; returns how many there are then. Only root can become another user. */
    static int leave(int count) throws IOException {
        Path setpriv = Path.of("/usr/bin/setpriv");
        boolean isRoot = System.getProperty("user.name").equals("root");
        if (!isRoot || !Files.isExecutable(setpriv)) {
            throw new Skipped("only root can become another user (" + setpriv + ")");
        }
        Tools.time(
                0,
                List.of(
                        setpriv.toString(),
                        "--reuid=" + OTHER_USER,
                        "--regid=" + OTHER_USER,
                        "--clear-groups",
                        "perl",
                        "-e",
                        PROGRAM,
                        Integer.toString(count)));
        try (Stream<String> rows = Files.lines(Path.of("/proc/net/tcp"))) {
            return (int)
                    rows.filter(row -> row.strip().split(" +", -1)[STATE].equals(TIME_WAIT))
                            .count();
        }
    }
}
