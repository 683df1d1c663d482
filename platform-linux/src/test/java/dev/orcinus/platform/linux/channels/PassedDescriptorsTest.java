package dev.orcinus.platform.linux.channels;

import static dev.orcinus.platform.linux.channels.ThisHost.HOST;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.orcinus.platform.spi.HostCallException;
import dev.orcinus.platform.spi.host.HostChannel;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.Test;

final class PassedDescriptorsTest {
    private final int[] line = Descriptors.socketPair();

    @Test
    void aSocketArrivesAsAChannel() throws Exception {
        int[] passed = Descriptors.socketPair();
        send(line[0], passed[0]);
        Descriptors.close(passed[0]);
        try (HostChannel received = HOST.channels().receive(line[1]);
                HostChannel other = HOST.channels().inherit(passed[1], passed[1])) {
            assertTrue(Descriptors.isClosedOnExec(received.descriptor()));
            MemorySegment text = Arena.ofAuto().allocateFrom("over");
            other.write(text);
            assertEquals(5, received.read(text));
        }
        closeLine();
    }

    @Test
    void theEndOfTheLineIsNull() throws HostCallException {
        Descriptors.close(line[0]);
        assertNull(HOST.channels().receive(line[1]));
        Descriptors.close(line[1]);
    }

    @Test
    void aByteAloneIsAnError() {
        send(line[0], -1);
        HostCallException failure =
                assertThrows(HostCallException.class, () -> HOST.channels().receive(line[1]));
        assertTrue(failure.getMessage().endsWith("a byte without a descriptor"));
        closeLine();
    }

    private void closeLine() {
        Descriptors.close(line[0]);
        Descriptors.close(line[1]);
    }

    private static void send(int socket, int descriptor) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment iovec = arena.allocate(16, 8);
            iovec.set(JAVA_LONG, 0, arena.allocate(1).address());
            iovec.set(JAVA_LONG, 8, 1);
            MemorySegment message = arena.allocate(56, 8);
            message.set(JAVA_LONG, 16, iovec.address());
            message.set(JAVA_LONG, 24, 1);
            if (descriptor >= 0) {
                MemorySegment control = arena.allocate(24, 8);
                control.set(JAVA_LONG, 0, 20);
                control.set(JAVA_INT, 8, 1);
                control.set(JAVA_INT, 12, 1);
                control.set(JAVA_INT, 16, descriptor);
                message.set(JAVA_LONG, 32, control.address());
                message.set(JAVA_LONG, 40, 24);
            }
            assertEquals(1, Descriptors.call("sendmsg", socket, message.address(), 0));
        }
    }
}
