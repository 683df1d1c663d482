package dev.orcinus.platform.linux.guestprocess;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.orcinus.platform.AddressRange;
import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.GuestEnd;
import dev.orcinus.platform.linux.DebuggerLibrary;
import dev.orcinus.platform.spi.guest.GuestOptions;
import dev.orcinus.platform.spi.guest.GuestPolicy;
import dev.orcinus.platform.spi.guest.IsolatedGuest;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests that to change the debugger's list of a guest succeeds, also if the guest is gone. */
@Timeout(60)
final class DebuggerOfLostGuestTest {
    private static final int OBJECT_BYTES = 64;

    /** The offset of {@code first_entry} in {@code struct jit_descriptor}. */
    private static final long FIRST_ENTRY = 16;

    private static IsolatedGuest start() throws Exception {
        return new ProcessGuestProvider().start(GuestOptions.ofSession(GuestPolicy.NONE));
    }

    private static AddressRange object(IsolatedGuest guest) throws Exception {
        return AddressRange.of(guest.memory().map(OBJECT_BYTES).start(), OBJECT_BYTES);
    }

    /** Returns the address of the first entry of GDB's list; 0 if it has none. */
    private static long firstEntry(IsolatedGuest guest) throws Exception {
        ExecutorAddress descriptor =
                guest.debugger().find(DebuggerLibrary.DESCRIPTOR).orElseThrow();
        MemorySegment word = MemorySegment.ofArray(new long[1]);
        assertTrue(guest.memory().tryRead(descriptor.plus(FIRST_ENTRY), word));
        return word.get(ValueLayout.JAVA_LONG, 0);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void anObjectIsTakenFromTheListThatIsGone(boolean isToldBefore) throws Exception {
        try (IsolatedGuest guest = start()) {
            AddressRange object = object(guest);
            guest.debugger().register(object);
            if (isToldBefore) {
                guest.kill(new GuestEnd.Lost("made to"));
                guest.awaitEnd();
            } else {
                end(ProcessHandle.of(guest.pid()).orElseThrow());
            }
            assertDoesNotThrow(() -> guest.debugger().unregister(object));
        }
    }

    private static void end(ProcessHandle process) throws InterruptedException {
        process.destroyForcibly();
        while (process.isAlive()) {
            Thread.sleep(1);
        }
    }

    @Test
    void anObjectIsTakenOnceFromTheListOfAGuestThatLives() throws Exception {
        try (IsolatedGuest guest = start()) {
            AddressRange object = object(guest);
            guest.debugger().register(object);
            assertNotEquals(0, firstEntry(guest));
            guest.debugger().unregister(object);
            assertEquals(0, firstEntry(guest));
            guest.debugger().unregister(object);
            assertEquals(0, firstEntry(guest));
        }
    }
}
