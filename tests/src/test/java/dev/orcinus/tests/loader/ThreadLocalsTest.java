package dev.orcinus.tests.loader;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.orcinus.tests.llvm.Fixtures;
import dev.orcinus.tests.process.Finished;
import dev.orcinus.tests.process.Program;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests of thread-local storage of code that is loaded into a JVM, {@link ThreadLocalGuest}. */
final class ThreadLocalsTest {
    private static final Duration LIMIT = Duration.ofMinutes(3);
    private static final String MODULE = "dev.orcinus.tests";

    @TempDir private Path directory;

    private Finished run(String... arguments) throws InterruptedException {
        Path fixtures = Fixtures.get("tls/models.c").getParent();
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-XX:-CreateCoredumpOnCrash", "-Xcheck:jni"));
        command.addAll(List.of("-p", System.getProperty("jdk.module.path")));
        command.add("--patch-module=" + MODULE + "=" + testClasses());
        command.add("--enable-native-access=dev.orcinus.bindings," + MODULE);
        command.addAll(List.of("-m", MODULE + "/" + ThreadLocalGuest.class.getName()));
        command.add(fixtures.toString());
        command.addAll(List.of(arguments));
        try (Program program = Program.start(directory, command)) {
            Finished end = program.finish(LIMIT);
            assertEquals(0, end.status(), end::toString);
            assertTrue(end.output().endsWith("fine\n"), end::toString);
            return end;
        }
    }

    private static Path testClasses() {
        try {
            return Path.of(ThreadLocalsTest.class.getResource("ThreadLocalsTest.class").toURI())
                    .resolve("../../../../..")
                    .normalize();
        } catch (URISyntaxException e) {
            throw new AssertionError(e);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "general-dynamic, general-dynamic",
        "general-dynamic, local-exec",
        "local-dynamic, descriptors",
        "no-plt, initial-exec",
        "descriptors, descriptors",
        "descriptors, general-dynamic",
        "local-dynamic-descriptors, general-dynamic",
        "initial-exec, initial-exec",
        "initial-exec, descriptors",
        "local-exec, local-exec",
        "local-exec, general-dynamic"
    })
    void everyThreadHasItsOwnInAnyModel(String model, String other) throws Exception {
        run("models", model, other);
    }

    @ParameterizedTest
    @CsvSource({
        "general-dynamic, general-dynamic",
        "descriptors, descriptors",
        "general-dynamic, descriptors",
        "initial-exec, initial-exec"
    })
    void objectsReferToWhatHasBeenLinkedAndUsedBefore(String model, String other) throws Exception {
        run("apart", model, other);
    }

    @ParameterizedTest
    @ValueSource(strings = {"general-dynamic", "descriptors"})
    void alignmentMayBeAPage(String model) throws Exception {
        run("aligned", model);
    }

    @ParameterizedTest
    @ValueSource(strings = {"pic", "pie"})
    void destructorsRunAtTheEndsOfThreads(String model) throws Exception {
        run("destructors", model);
    }

    @Test
    void closingRunsTheDestructorsOfTheClosingThread() throws Exception {
        run("closing");
    }

    @Test
    void closingRunsTheDestructorsOfThreadsThatLiveOn() throws Exception {
        run("living-thread");
    }

    @Test
    void openingAndClosingLeavesNothing() throws Exception {
        run("cycles", "500");
    }

    @Test
    void whatCannotBeIsRefusedWithReasons() throws Exception {
        run("refusals");
    }

    @Test
    void objectsOfADylibMayTakeEachOtherToBeInOneLibrary() throws Exception {
        run("hidden");
    }

    @Test
    void aThreadLocalHasNoAddressOfItsOwn() throws Exception {
        run("address");
    }
}
