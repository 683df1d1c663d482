package dev.orcinus.platform.linux.guestprocess;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.spi.guest.ExportedFunction;
import dev.orcinus.platform.spi.guest.GuestCall;
import dev.orcinus.platform.spi.guest.GuestOptions;
import dev.orcinus.platform.spi.guest.GuestPolicy;
import dev.orcinus.platform.spi.guest.IsolatedGuest;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Tests that calls of Java that fail are told to whom the guest belongs, not to this process. */
@Timeout(60)
final class FailedUpcallTest {
    private final List<String> told = new CopyOnWriteArrayList<>();

    private long resultOf(ExportedFunction function) throws Exception {
        GuestOptions options = GuestOptions.ofSession(GuestPolicy.NONE);
        try (IsolatedGuest guest = new ProcessGuestProvider().start(options)) {
            guest.onUpcallFailure(told::add);
            ExecutorAddress address = guest.export(List.of(function)).getFirst();
            return guest.invoker().call(GuestCall.of(address)).value();
        }
    }

    @Test
    void aFunctionThatThrows() throws Exception {
        ExportedFunction failing =
                ExportedFunction.of(
                        (_, _, _, _) -> {
                            throw new IllegalStateException("made to fail");
                        });
        assertEquals(-1, (int) resultOf(failing));
        assertEquals(
                List.of(
                        "a function that native code called:"
                                + " java.lang.IllegalStateException: made to fail"),
                told);
    }

    @Test
    void aCallThatCannotBeServed() throws Exception {
        ExportedFunction failing =
                _ -> {
                    throw new IllegalStateException("made to fail");
                };
        assertEquals(0, resultOf(failing));
        assertEquals(
                List.of(
                        "an error in a call from guest code is lost:"
                                + " java.lang.IllegalStateException: made to fail"),
                told);
    }
}
