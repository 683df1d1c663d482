package dev.orcinus.tests.architecture;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Object formats, processors and targets are axes of the loader that do not mix. */
final class LoaderLayersTest {
    private static final String LOADER = "dev.orcinus.loader.";

    private static JavaClasses classes;

    @BeforeAll
    static void read() {
        classes = OrcinusModules.classes();
    }

    private static void requireThat(String user, String... used) {
        noClasses()
                .that()
                .resideInAPackage(LOADER + user + "..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(used)
                .check(classes);
    }

    @ParameterizedTest
    @ValueSource(strings = {"graph", "arch", "pass", "link", "targets"})
    void onlyReadersKnowObjectFormats(String ignorant) {
        requireThat(ignorant, LOADER + "object..", LOADER + "input..");
    }

    @ParameterizedTest
    @ValueSource(strings = {"graph", "arch", "pass", "object"})
    void whatIsDoneToOneGraphKnowsNoOther(String ignorant) {
        requireThat(ignorant, LOADER + "link..", LOADER + "targets..", LOADER + "input..");
    }

    @ParameterizedTest
    @CsvSource({
        "object.elf, object.archive",
        "object.archive, object.elf",
        "object.archive, graph"
    })
    void formatsDoNotKnowEachOther(String ignorant, String other) {
        requireThat(ignorant, LOADER + other + "..");
    }

    @ParameterizedTest
    @ValueSource(strings = {"graph", "pass"})
    void graphsAndPassesAreForEveryProcessor(String ignorant) {
        requireThat(ignorant, LOADER + "arch.x64..", LOADER + "arch.aarch64..");
    }
}
