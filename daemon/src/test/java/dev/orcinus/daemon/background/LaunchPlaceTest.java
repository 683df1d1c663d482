package dev.orcinus.daemon.background;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.orcinus.platform.spi.host.HostLock;
import dev.orcinus.platform.spi.host.HostProcess;
import dev.orcinus.platform.spi.host.HostProvider;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Where the daemon of a user and a build lies, whose folders those are, and what stays of them. */
@Timeout(60)
final class LaunchPlaceTest {
    private static final String BUILD = "build-7";
    private static final int ROUNDS = 1_000;

    @TempDir private Path runtime;

    private final HostProcess process = HostProvider.current().process();
    private final int uid = process.uid();
    private final Map<String, String> environment = new HashMap<>();
    private LaunchPlace place;
    private String buildBefore;

    @BeforeEach
    void setUp() {
        place = LaunchPlace.in(runtime, BUILD);
        environment.put("XDG_RUNTIME_DIR", runtime.toString());
        buildBefore = System.getProperty(LaunchPlace.BUILD_PROPERTY);
        System.setProperty(LaunchPlace.BUILD_PROPERTY, BUILD);
    }

    @AfterEach
    void restoreBuild() {
        if (buildBefore == null) {
            System.clearProperty(LaunchPlace.BUILD_PROPERTY);
        } else {
            System.setProperty(LaunchPlace.BUILD_PROPERTY, buildBefore);
        }
    }

    private boolean isThere(String... variables) {
        Map<String, String> all = new HashMap<>(environment);
        for (int i = 0; i < variables.length; i += 2) {
            all.put(variables[i], variables[i + 1]);
        }
        return LaunchPlace.of(all::get).isPresent();
    }

    @Test
    void thePlaceIsTheUsersRunTimeFolder() {
        Path folder = runtime.resolve("orcinus/" + BUILD);
        LaunchPlace found = LaunchPlace.of(environment::get).orElseThrow();
        assertEquals(folder, found.folder());
        assertEquals(folder.resolve("launch"), found.socket());
        assertEquals(folder.resolve("lock"), found.lock());
        assertEquals(folder.resolve("log"), found.log());
    }

    @Test
    void thereIsNoneWithoutAFolderOrABuild() {
        assertTrue(isThere());
        assertFalse(isThere("XDG_RUNTIME_DIR", null));
        assertFalse(isThere("XDG_RUNTIME_DIR", "run/user"));
        System.clearProperty(LaunchPlace.BUILD_PROPERTY);
        assertFalse(isThere());
    }

    @Test
    void theUserAndTheBuildMachineDecide() {
        assertFalse(isThere("ORCINUS_DAEMON", "off"));
        assertTrue(isThere("ORCINUS_DAEMON", "on"));
        assertTrue(isThere("ORCINUS_DAEMON", "other"));
        assertFalse(isThere("CI", "true"));
        assertTrue(isThere("CI", ""));
        assertTrue(isThere("CI", "true", "ORCINUS_DAEMON", "on"));
        assertFalse(isThere("CI", "true", "ORCINUS_DAEMON", "other"));
        assertFalse(isThere("CI", "", "ORCINUS_DAEMON", "off"));
    }

    @Test
    void foldersAreCreatedForTheUserOnlyAndFoundAgain() throws IOException {
        setMode(runtime, "rwx------");
        place.create(uid);
        place.create(uid);
        for (Path folder : new Path[] {place.folder(), place.folder().getParent()}) {
            assertEquals(
                    "rwx------",
                    PosixFilePermissions.toString(Files.getPosixFilePermissions(folder)));
        }
    }

    private static void setMode(Path path, String mode) throws IOException {
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(mode));
    }

    private String refusalToCreate(int user) {
        return assertThrows(IOException.class, () -> place.create(user)).getMessage();
    }

    @Test
    void foldersThatOthersMayUseAreRefused() throws IOException {
        setMode(runtime, "rwx------");
        place.create(uid);
        Path parent = place.folder().getParent();
        for (Path open : new Path[] {place.folder(), parent, runtime}) {
            for (String mode : new String[] {"rwxr-x---", "rwx--x---", "rwx-----x"}) {
                setMode(open, mode);
                assertEquals(
                        open + " is open to other users: its mode is " + mode,
                        refusalToCreate(uid));
            }
            setMode(open, "rwx------");
        }
        place.create(uid);
    }

    @Test
    void foldersOfOthersAndLinksAreRefused() throws IOException {
        setMode(runtime, "rwx------");
        assertEquals(runtime + " is no folder of this user's", refusalToCreate(uid + 1));
        Path elsewhere =
                Files.createDirectory(runtime.resolve("elsewhere"), LaunchPlace.OWNERS_ONLY);
        Path parent = place.folder().getParent();
        Files.createSymbolicLink(parent, elsewhere);
        assertEquals(parent + " is no folder of this user's", refusalToCreate(uid));
        Files.delete(parent);
        Files.createDirectory(parent, LaunchPlace.OWNERS_ONLY);
        Files.createFile(place.folder());
        assertEquals(place.folder() + " is no folder of this user's", refusalToCreate(uid));
    }

    @Test
    void aRefusalStaysUntilItIsForgotten() throws IOException {
        setMode(runtime, "rwx------");
        place.create(uid);
        assertEquals(Optional.empty(), place.refusal());
        place.refuse("no guest processes here");
        assertEquals(Optional.of("no guest processes here"), place.refusal());
        place.remove();
        assertEquals(Optional.of("no guest processes here"), place.refusal(), "a daemon has ended");
        place.forgetRefusal();
        place.forgetRefusal();
        assertEquals(Optional.empty(), place.refusal());
        place.remove();
        assertFalse(Files.exists(place.folder().getParent()));
    }

    @Test
    void whatADaemonHasIsRemovedAtItsEndAndWhatOthersHaveStays() throws IOException {
        setMode(runtime, "rwx------");
        place.create(uid);
        LaunchPlace rehearsal = place.rehearsal();
        assertEquals(place.folder().resolve("r/orcinus/" + BUILD), rehearsal.folder());
        Files.createDirectories(rehearsal.folder());
        for (Path file :
                new Path[] {
                    place.socket(), place.lock(), place.log(), rehearsal.socket(), rehearsal.lock()
                }) {
            Files.createFile(file);
        }
        LaunchPlace other = LaunchPlace.in(runtime, "build-8");
        other.create(uid);
        place.remove();
        assertFalse(Files.exists(place.folder()));
        assertTrue(Files.exists(other.folder()));
        other.remove();
        assertFalse(Files.exists(other.folder().getParent()));
        assertTrue(Files.exists(runtime));
    }

    @Test
    void whatKilledDaemonsHaveLeftIsRemoved() throws Exception {
        setMode(runtime, "rwx------");
        place.create(uid);
        LaunchPlace abandoned = LaunchPlace.in(runtime, "build-5");
        LaunchPlace alive = LaunchPlace.in(runtime, "build-6");
        for (LaunchPlace other : new LaunchPlace[] {abandoned, alive}) {
            other.create(uid);
            Files.createFile(other.socket());
            other.refuse("of another build");
        }
        try (HostLock _ = process.lock(alive.lock()).orElseThrow()) {
            place.removeOthers(process);
            assertFalse(Files.exists(abandoned.folder()));
            assertTrue(Files.exists(alive.socket()));
            assertEquals(Optional.of("of another build"), alive.refusal());
            assertTrue(Files.exists(place.folder()), "its own");
        }
        place.removeOthers(process);
        assertFalse(Files.exists(alive.folder()));
    }

    /** The process that removes them goes on for hours. */
    @Test
    void whoRemovesWhatOthersHaveLeftKeepsNothingOpen() throws IOException {
        setMode(runtime, "rwx------");
        place.create(uid);
        LaunchPlace abandoned = LaunchPlace.in(runtime, "build-5");
        abandoned.create(uid);
        Files.createFile(abandoned.lock());
        place.removeOthers(process);
        assertFalse(Files.exists(abandoned.folder()));
        Path own = Path.of("/proc/self/fd");
        assumeTrue(Files.isDirectory(own), "no list of descriptors");
        try (DirectoryStream<Path> descriptors = Files.newDirectoryStream(own)) {
            for (Path descriptor : descriptors) {
                assertFalse(target(descriptor).startsWith(abandoned.folder().toString()));
            }
        }
    }

    private static String target(Path descriptor) throws IOException {
        try {
            return Files.readSymbolicLink(descriptor).toString();
        } catch (NoSuchFileException _) {
            return ""; // it has been closed meanwhile
        }
    }

    @Test
    void foldersThatADaemonRemovesMeanwhileAreCreatedAgain() throws Exception {
        setMode(runtime, "rwx------");
        AtomicBoolean isOver = new AtomicBoolean();
        Thread ends =
                Thread.ofPlatform()
                        .start(
                                () -> {
                                    while (!isOver.get()) {
                                        removeQuietly();
                                    }
                                });
        try {
            for (int i = 0; i < ROUNDS; i++) {
                place.create(uid);
            }
        } finally {
            isOver.set(true);
            ends.join();
        }
        place.create(uid);
        assertTrue(Files.isDirectory(place.folder()));
    }

    private void removeQuietly() {
        try {
            place.remove();
        } catch (IOException e) {
            // another thread has just created it
        }
    }
}
