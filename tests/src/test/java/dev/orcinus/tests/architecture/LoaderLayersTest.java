package dev.orcinus.tests.architecture;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;

import com.tngtech.archunit.core.domain.JavaClasses;
import org.junit.jupiter.api.Test;

/**
 * Checks the layers of the loader. Object formats and processors are separate: only a format's own
 * package knows the format, and only a processor's own package knows its instructions.
 */
final class LoaderLayersTest {
    private static final String LOADER = "dev.orcinus.loader.";
    private static final String FORMATS = "dev.orcinus.formats.";
    private static final String JIT = "dev.orcinus.jit..";
    private static final JavaClasses CLASSES = OrcinusModules.classes();

    @Test
    void nothingBehindTheReaderKnowsTheObjectFormat() {
        noClasses()
                .that()
                .resideInAnyPackage(
                        LOADER + "graph..",
                        LOADER + "pass..",
                        LOADER + "arch..",
                        LOADER + "link..",
                        LOADER + "targets..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(LOADER + "format..", FORMATS + "elf..", FORMATS + "ar..")
                .check(CLASSES);
    }

    @Test
    void onlyItsReaderAndTheSessionKnowAProcessor() {
        noClasses()
                .that(
                        resideInAnyPackage(
                                LOADER + "graph..", LOADER + "pass..", LOADER + "targets.."))
                .or(resideInAnyPackage(LOADER + "arch"))
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(LOADER + "arch.x64..", LOADER + "arch.aarch64..")
                .check(CLASSES);
    }

    @Test
    void formatsDoNotKnowEachOther() {
        noClasses()
                .that()
                .resideInAPackage(FORMATS + "ar..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage(FORMATS + "elf..")
                .check(CLASSES);
        noClasses()
                .that()
                .resideInAnyPackage(FORMATS + "elf..", LOADER + "format..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage(FORMATS + "ar..")
                .check(CLASSES);
    }

    @Test
    void aFormatIsKnownWhereFormatsAreListedAndNowhereElse() {
        noClasses()
                .that()
                .resideOutsideOfPackage(LOADER + "format..")
                .and()
                .doNotHaveFullyQualifiedName(LOADER + "input.ObjectFormats")
                .should()
                .dependOnClassesThat()
                .resideInAPackage(LOADER + "format.(*)..")
                .check(CLASSES);
    }

    /** The public API depends on everything below, and nothing below depends on it. */
    @Test
    void nothingInTheLoaderKnowsThePublicApi() {
        noClasses()
                .that()
                .resideInAPackage("dev.orcinus.loader..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage(JIT)
                .check(CLASSES);
    }

    /** All packages throw these exceptions, so theirs depends on nothing. */
    @Test
    void exceptionsDependOnNothing() {
        noClasses()
                .that()
                .resideInAPackage("dev.orcinus.loader")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(LOADER + "*..", JIT)
                .check(CLASSES);
    }

    @Test
    void layers() {
        layeredArchitecture()
                .consideringOnlyDependenciesInLayers()
                .layer("graph")
                .definedBy(LOADER + "graph..")
                .layer("arch")
                .definedBy(LOADER + "arch..")
                .layer("pass")
                .definedBy(LOADER + "pass..")
                .layer("format")
                .definedBy(LOADER + "format..")
                .layer("targets")
                .definedBy(LOADER + "targets..")
                .layer("image")
                .definedBy(LOADER + "image..")
                .layer("link")
                .definedBy(LOADER + "link..")
                .layer("input")
                .definedBy(LOADER + "input..")
                .layer("lifetime")
                .definedBy(LOADER + "lifetime..")
                .layer("jit")
                .definedBy(JIT)
                .whereLayer("jit")
                .mayNotBeAccessedByAnyLayer()
                .whereLayer("lifetime")
                .mayNotAccessAnyLayer()
                .whereLayer("graph")
                .mayNotAccessAnyLayer()
                .whereLayer("arch")
                .mayOnlyAccessLayers("graph")
                .whereLayer("pass")
                .mayOnlyAccessLayers("graph", "arch")
                .whereLayer("format")
                .mayOnlyAccessLayers("graph", "arch", "pass")
                .whereLayer("targets")
                .mayNotAccessAnyLayer()
                .whereLayer("link")
                .mayOnlyAccessLayers("graph", "arch", "pass", "image", "targets", "lifetime")
                .whereLayer("image")
                .mayOnlyAccessLayers("graph")
                .whereLayer("input")
                .mayOnlyAccessLayers("graph", "format", "image", "link")
                .check(CLASSES);
    }
}
