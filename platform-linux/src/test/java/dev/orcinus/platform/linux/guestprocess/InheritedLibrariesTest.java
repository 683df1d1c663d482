package dev.orcinus.platform.linux.guestprocess;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.spi.guest.GuestCall;
import dev.orcinus.platform.spi.guest.GuestLibraries;
import dev.orcinus.platform.spi.guest.GuestOptions;
import dev.orcinus.platform.spi.guest.GuestPolicy;
import dev.orcinus.platform.spi.guest.IsolatedGuest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Tests that guests have the libraries that their keeper has opened, without opening them. */
@Timeout(60)
final class InheritedLibrariesTest {
    private static IsolatedGuest start() throws Exception {
        return new ProcessGuestProvider().start(GuestOptions.ofSession(GuestPolicy.NONE));
    }

    /**
     * Starts a guest that has not opened the runtimes: the first one of its keeper. That of other
     * tests is ended, and another one takes its place.
     */
    private static IsolatedGuest startFirst() throws Exception {
        IsolatedGuest guest = start();
        while (guest.libraries().isOpen()) {
            ProcessHandle keeper =
                    ProcessHandle.of(guest.pid()).flatMap(ProcessHandle::parent).orElseThrow();
            guest.close();
            keeper.destroyForcibly();
            guest = start();
        }
        return guest;
    }

    private static boolean hasCxxRuntime(IsolatedGuest guest) throws Exception {
        return Files.readAllLines(Path.of("/proc/" + guest.pid() + "/maps")).stream()
                .anyMatch(map -> map.contains("libstdc++"));
    }

    private static long threads(IsolatedGuest guest) throws Exception {
        try (Stream<Path> threads = Files.list(Path.of("/proc/" + guest.pid() + "/task"))) {
            return threads.count();
        }
    }

    @Test
    void somethingElseIsDoneWhileAGuestIsBusyWithThem() throws Exception {
        try (IsolatedGuest first = startFirst();
                IsolatedGuest second = start()) {
            List<String> done = new ArrayList<>();
            GuestLibraries ofFirst = first.libraries();
            ofFirst.openWith(() -> done.add("first"));
            assertTrue(ofFirst.find(ofFirst.process(), "__cxa_throw").isPresent());
            ofFirst.openWith(() -> done.add("again"));
            second.libraries().openWith(() -> done.add("second"));
            assertEquals(List.of("first"), done);
        }
    }

    @Test
    void aNameThatIsLookedUpByTheHandleWaitsForThem() throws Exception {
        try (IsolatedGuest first = startFirst()) {
            GuestLibraries libraries = first.libraries();
            ExecutorAddress handle = libraries.processHandle();
            assertTrue(libraries.find(handle, "__cxa_throw").isPresent());
            assertEquals(handle, libraries.process());
        }
    }

    /** Else names would be found in it that are found in the runtimes otherwise. */
    @Test
    void aLibraryThatAControllerOpensLiesBehindThem() throws Exception {
        try (IsolatedGuest first = startFirst()) {
            GuestLibraries libraries = first.libraries();
            var _ = libraries.processHandle();
            assertFalse(hasCxxRuntime(first), "it has them without the library");
            var _ = libraries.open("libanl.so.1");
            assertTrue(hasCxxRuntime(first));
        }
    }

    @Test
    void aGuestThatIsNotTheFirstOneHasThemAtOnce() throws Exception {
        try (IsolatedGuest first = start();
                IsolatedGuest second = start()) {
            GuestLibraries ofFirst = first.libraries();
            assertTrue(ofFirst.find(ofFirst.process(), "__cxa_throw").isPresent());
            GuestLibraries libraries = second.libraries();
            assertTrue(libraries.find(libraries.process(), "__cxa_throw").isPresent());
            assertTrue(libraries.find(libraries.process(), "_Unwind_Resume").isPresent());
            assertEquals(1, threads(second));
            GuestCall getpid =
                    GuestCall.of(libraries.find(libraries.process(), "getpid").orElseThrow());
            assertEquals(second.pid(), second.invoker().call(getpid).value());
        }
    }
}
