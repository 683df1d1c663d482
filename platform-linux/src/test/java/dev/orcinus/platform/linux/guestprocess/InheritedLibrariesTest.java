package dev.orcinus.platform.linux.guestprocess;

import static org.junit.jupiter.api.Assertions.assertEquals;
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

    private static long threads(IsolatedGuest guest) throws Exception {
        try (Stream<Path> threads = Files.list(Path.of("/proc/" + guest.pid() + "/task"))) {
            return threads.count();
        }
    }

    @Test
    void somethingElseIsDoneWhileAGuestIsBusyWithThem() throws Exception {
        try (IsolatedGuest first = start();
                IsolatedGuest second = start()) {
            List<String> done = new ArrayList<>();
            GuestLibraries ofFirst = first.libraries();
            ofFirst.openWith(() -> done.add("first"));
            assertTrue(ofFirst.find(ofFirst.process(), "__cxa_throw").isPresent());
            ofFirst.openWith(() -> done.add("again"));
            second.libraries().openWith(() -> done.add("second"));
            assertTrue(List.of("first").containsAll(done), done + ": else there was nothing to do");
        }
    }

    @Test
    void aNameThatIsLookedUpByTheHandleWaitsForThem() throws Exception {
        try (IsolatedGuest first = start()) {
            GuestLibraries libraries = first.libraries();
            ExecutorAddress handle = libraries.processHandle();
            assertTrue(libraries.find(handle, "__cxa_throw").isPresent());
            assertEquals(handle, libraries.process());
        }
    }

    /** Else names would be found in it that are found in the runtimes otherwise. */
    @Test
    void aLibraryThatAControllerOpensLiesBehindThem() throws Exception {
        try (IsolatedGuest first = start()) {
            GuestLibraries libraries = first.libraries();
            var _ = libraries.processHandle();
            var _ = libraries.open("libanl.so.1");
            List<String> maps = Files.readAllLines(Path.of("/proc/" + first.pid() + "/maps"));
            assertTrue(maps.stream().anyMatch(map -> map.contains("libstdc++")), maps::toString);
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
