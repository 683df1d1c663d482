package dev.orcinus.platform.linux.channels;

import dev.orcinus.platform.posix.channels.SocketAddresses;
import dev.orcinus.platform.spi.HostCallException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.OptionalInt;

/**
 * Finds the user who owns the other end of a TCP connection on this machine. Where the kernel does
 * not answer {@link SocketQuery}, it is the row of {@code /proc/net/tcp} or {@code tcp6} in which
 * the peer's address is the local one. A Java or dual-stack client is listed in {@code tcp6}, with
 * its IPv4 address inside an IPv6 one.
 */
final class TcpPeers {
    private static final List<Path> TABLES =
            List.of(Path.of("/proc/net/tcp"), Path.of("/proc/net/tcp6"));

    private static final int LOCAL = 1;
    private static final int REMOTE = 2;
    private static final int UID = 7;
    private static final int INODE = 9;

    private TcpPeers() {}

    /**
     * Returns the owner of the socket that is bound to {@code peer} and connected to {@code local}.
     */
    static OptionalInt uidOf(InetSocketAddress peer, InetSocketAddress local) {
        try {
            return SocketQuery.uidOf(peer, local);
        } catch (HostCallException e) {
            return uidInTables(peer, local); // a sandbox may forbid the query
        }
    }

    private static OptionalInt uidInTables(InetSocketAddress peer, InetSocketAddress local) {
        for (Path table : TABLES) {
            OptionalInt uid = uidOf(peer, local, lines(table));
            if (uid.isPresent()) {
                return uid;
            }
        }
        return OptionalInt.empty();
    }

    /** Returns that owner if one of the lines of a table has the socket. */
    static OptionalInt uidOf(InetSocketAddress peer, InetSocketAddress local, List<String> lines) {
        for (String line : lines.subList(1, lines.size())) { // line 0 has the names of the columns
            String[] fields = line.trim().split(" +", -1);
            if (fields.length > INODE
                    && isOwned(fields[INODE])
                    && parse(fields[LOCAL]).equals(peer)
                    && parse(fields[REMOTE]).equals(local)) {
                return OptionalInt.of(Integer.parseUnsignedInt(fields[UID]));
            }
        }
        return OptionalInt.empty();
    }

    /**
     * Returns whether a process holds the socket; one that no process holds has no inode and is
     * listed under user 0.
     */
    private static boolean isOwned(String inode) {
        return !inode.equals("0");
    }

    private static List<String> lines(Path table) {
        try {
            return Files.readAllLines(table, StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            return List.of("no IPv6, or no /proc");
        }
    }

    /**
     * Parses {@code 0100007F:1F90}: words of four bytes as little-endian numbers, then the port.
     */
    private static InetSocketAddress parse(String field) {
        int colon = field.indexOf(':');
        byte[] words = HexFormat.of().parseHex(field, 0, colon);
        byte[] address = new byte[words.length];
        for (int i = 0; i < words.length; i++) {
            address[i] = words[i ^ 3];
        }
        InetAddress host = SocketAddresses.of(address);
        return new InetSocketAddress(host, Integer.parseInt(field.substring(colon + 1), 16));
    }
}
