package dev.orcinus.tests.launcher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.orcinus.tests.process.Finished;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests when the launcher builds and trains, and when it must not. */
final class LauncherTest {
    private static final String CACHE = "session.aot";

    /** Each cache has a training run of its own. */
    private static final int CACHES = 2;

    @TempDir private Path directory;
    private LauncherCopy launcher;

    @BeforeEach
    void copy() throws IOException {
        launcher = new LauncherCopy(directory);
    }

    private boolean hasCache() {
        return Files.exists(launcher.app(CACHE)) && Files.exists(launcher.app("run.aot"));
    }

    @Test
    void aStartThatHasNothingToBuildRunsNoOtherProcess() throws Exception {
        launcher.canTrain(true);
        launcher.build();
        assertEquals("", launcher.startAlone());
        assertEquals(CACHES, launcher.count("trains"));
        assertTrue(hasCache());
    }

    @Test
    void aBuildTriesTwice() throws Exception {
        launcher.build();
        assertEquals(2, launcher.count("trains"));
        assertFalse(hasCache());
    }

    @Test
    void theFirstStartSaysThatTheCacheIsMissingAndThreeTryAgain() throws Exception {
        launcher.build();
        String errors = launcher.start();
        assertTrue(errors.contains("start-up cache is missing"), errors);
        assertTrue(errors.contains(launcher.app("training.log").toString()), errors);
        assertEquals(3, launcher.count("trains"));
        assertEquals("", launcher.start());
        assertEquals("", launcher.start());
        assertEquals(5, launcher.count("trains"));
        assertEquals("", launcher.startAlone());
        assertEquals(5, launcher.count("trains"));
    }

    @Test
    void aLaterStartMakesTheCache() throws Exception {
        launcher.build();
        launcher.start();
        launcher.canTrain(true);
        assertEquals("", launcher.start());
        assertTrue(hasCache());
        String options = Files.readString(launcher.app("java.options"));
        assertTrue(options.contains("-XX:AOTCache=" + launcher.app(CACHE)), options);
        options = Files.readString(launcher.app("run.options"));
        assertTrue(options.contains("-XX:AOTCache=" + launcher.app("run.aot")), options);
        assertEquals("", launcher.startAlone());
    }

    /** Otherwise files that were edited since the build would count as built. */
    @Test
    void tryingAgainIsNotBuilding() throws Exception {
        launcher.build();
        Path launch = launcher.app("launch");
        var built = Files.getLastModifiedTime(launch);
        launcher.start();
        assertEquals(built, Files.getLastModifiedTime(launch));
        assertEquals(0, launcher.count("builds"));
    }

    @Test
    void otherJarsAreTrainedAnew() throws Exception {
        launcher.build();
        launcher.start();
        launcher.start();
        launcher.start();
        Files.writeString(launcher.app("orcinus-cli.jar"), "other");
        launcher.build();
        assertEquals(7, launcher.count("trains"));
        assertTrue(launcher.start().contains("start-up cache is missing"));
    }

    /** Otherwise each try to lock the build would fail, for ever. */
    @Test
    void anotherUserWithAnotherJdkIsToldSoAndNothingWaits() throws Exception {
        launcher.canTrain(true);
        launcher.build();
        Finished end = launcher.startAsAnotherUser();
        assertEquals(1, end.status(), end::toString);
        assertEquals(
                "orcinus: this user cannot write in "
                        + directory.toRealPath().resolve("clone")
                        + ", and what is built there is not for the JDK of this start: start it with its"
                        + " owner's JAVA_HOME, or clone it yourself\n",
                end.errors());
    }

    /** A process that was killed a moment after it had made the lock leaves an empty one. */
    @Test
    void anEmptyLockIsNotWaitedForForEver() throws Exception {
        launcher.canTrain(true);
        launcher.build();
        launcher.commit(".git");
        Files.createDirectories(launcher.target());
        Files.createFile(launcher.target().resolve("build.lock"));
        launcher.start();
        assertEquals(1, launcher.count("builds"));
    }

    /** A file system that is mounted so executes nothing, though a daemon is there. */
    @Test
    void aLauncherThatCannotBeExecutedIsNotAsked() throws Exception {
        launcher.canTrain(true);
        launcher.build();
        assertEquals("started\n", launcher.runBesideDaemon("rw-r--r--").output());
        assertEquals("asked\n", launcher.runBesideDaemon("rwxr-xr-x").output());
    }

    @Test
    void aCommitIsNoticed() throws Exception {
        launcher.canTrain(true);
        launcher.build();
        launcher.commit(".git");
        launcher.start();
        assertEquals(1, launcher.count("builds"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"../main/.git/worktrees/w", "/main/.git/worktrees/w"})
    void aCommitInAWorktreeIsNoticed(String place) throws Exception {
        String folder = place.startsWith("/") ? directory.toRealPath() + place : place;
        launcher.becomeWorktree(folder);
        launcher.canTrain(true);
        launcher.build();
        assertEquals("", launcher.startAlone());
        launcher.commit(folder);
        launcher.start();
        assertEquals(1, launcher.count("builds"));
    }
}
