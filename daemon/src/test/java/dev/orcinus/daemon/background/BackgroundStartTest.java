package dev.orcinus.daemon.background;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.orcinus.platform.spi.HostCallException;
import dev.orcinus.platform.spi.host.HostLock;
import dev.orcinus.platform.spi.host.HostProcess;
import dev.orcinus.platform.spi.host.HostProvider;
import dev.orcinus.platform.spi.host.OrphanProgram;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Tests who starts a daemon, and with what; the program itself is not executed. */
@EnabledOnOs(OS.LINUX)
final class BackgroundStartTest {
    private static final List<String> COMMAND = List.of("/bin/daemon", "--background");
    private static final Duration DELAY = Duration.ofMillis(20);

    @TempDir private Path directory;
    private final HostProcess process = HostProvider.current().process();
    private final List<OrphanProgram> started = new ArrayList<>();
    private LaunchPlace place;
    private boolean isShort;

    @BeforeEach
    void namePlace() throws Exception {
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx------"));
        place = LaunchPlace.in(directory, "build-7");
    }

    private boolean start() throws Exception {
        HostProcess noting =
                (HostProcess)
                        Proxy.newProxyInstance(
                                BackgroundStartTest.class.getClassLoader(),
                                new Class<?>[] {HostProcess.class},
                                (_, method, arguments) -> note(method, arguments));
        Map<String, String> variables = Map.of("HOME", "/home/user", "LANG", "de_DE");
        return BackgroundStart.start(noting, place, COMMAND, DELAY, variables::get);
    }

    private Object note(Method method, Object[] arguments) throws Throwable {
        if (method.getName().equals("start")) {
            if (isShort) {
                throw new HostCallException("fork", 11, "there are too many processes");
            }
            assertTrue(process.lock(place.lock()).isEmpty(), "the program gets the lock");
            started.add((OrphanProgram) arguments[0]);
            return null;
        }
        try {
            return method.invoke(process, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }

    @Test
    void aDaemonHasOnlyWhatItNeedsOfTheUser() throws Exception {
        assertTrue(start());
        List<String> variables =
                List.of(
                        "LC_ALL=C.UTF-8",
                        "PATH=/usr/local/bin:/usr/bin:/bin",
                        "MALLOC_ARENA_MAX=2",
                        "HOME=/home/user");
        assertEquals(List.of(new OrphanProgram(COMMAND, variables, place.log(), DELAY)), started);
    }

    @Test
    void theSocketOfOneThatWasKilledIsRemoved() throws Exception {
        place.create(process.uid());
        Files.createFile(place.socket());
        assertTrue(start());
        assertFalse(Files.exists(place.socket()));
    }

    @Test
    void whileOneHasTheLockNoOtherIsStarted() throws Exception {
        place.create(process.uid());
        Files.createFile(place.socket());
        try (HostLock _ = process.lock(place.lock()).orElseThrow()) {
            assertFalse(start());
        }
        assertEquals(List.of(), started);
        assertTrue(Files.exists(place.socket()), "the other one's");
    }

    @Test
    void oneThatCanServeNobodyIsNotTriedAgain() throws Exception {
        place.create(process.uid());
        place.refuse("no keeper");
        assertFalse(start());
        assertEquals(List.of(), started);
    }

    @Test
    void oneThatCannotBeStartedLeavesNothing() {
        isShort = true;
        HostCallException reason = assertThrows(HostCallException.class, this::start);
        assertTrue(reason.getMessage().contains("too many processes"), reason.getMessage());
        assertFalse(Files.exists(place.folder().getParent()));
    }
}
