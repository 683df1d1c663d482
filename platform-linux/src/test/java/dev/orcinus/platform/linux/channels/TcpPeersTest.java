package dev.orcinus.platform.linux.channels;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.orcinus.platform.posix.channels.SocketAddresses;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

final class TcpPeersTest {
    private static final String COLUMNS =
            "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  "
                    + "timeout inode";

    private static final InetSocketAddress PEER = at(0x9abc);
    private static final InetSocketAddress LOCAL = at(0x1f90);

    @Test
    void theRowOfThePeersEndNamesItsUser() {
        assertEquals(
                OptionalInt.of(1000),
                TcpPeers.uidOf(
                        PEER,
                        LOCAL,
                        List.of(
                                COLUMNS,
                                row("0100007F:1F90", "0100007F:9ABC", 7, 11),
                                row("0100007F:9ABC", "0100007F:1F90", 1000, 12))));
    }

    @Test
    void anAddressInsideAnIpv6AddressIsTheSame() {
        String mapped = "0000000000000000FFFF00000100007F";
        assertEquals(
                OptionalInt.of(1000),
                TcpPeers.uidOf(
                        PEER,
                        LOCAL,
                        List.of(COLUMNS, row(mapped + ":9ABC", mapped + ":1F90", 1000, 12))));
    }

    @Test
    void aSocketThatNobodyHoldsIsNotTheSuperusers() {
        assertEquals(
                OptionalInt.empty(),
                TcpPeers.uidOf(
                        PEER,
                        LOCAL,
                        List.of(COLUMNS, row("0100007F:9ABC", "0100007F:1F90", 0, 0))));
    }

    private static InetSocketAddress at(int port) {
        return new InetSocketAddress(SocketAddresses.of(new byte[] {127, 0, 0, 1}), port);
    }

    private static String row(String local, String remote, int uid, int inode) {
        return "   0: %s %s 01 00000000:00000000 00:00000000 00000000  %4d        0 %d 1 0 20"
                .formatted(local, remote, uid, inode);
    }
}
