package dev.orcinus.tests.architecture;

import static com.tngtech.archunit.core.domain.JavaCall.Predicates.target;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.name;
import static com.tngtech.archunit.core.domain.properties.HasOwner.Predicates.With.owner;
import static com.tngtech.archunit.core.domain.properties.HasParameterTypes.Predicates.rawParameterTypes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import org.junit.jupiter.api.Test;

/**
 * Checks which code writes to the standard streams of this process. Nobody reads those of a daemon,
 * whose sessions and launchers have logs and standard errors of their own.
 */
final class StandardErrorTest {
    private static final JavaClasses CLASSES = OrcinusModules.classes();

    /** Those for which there is nobody else to tell, or which are about this process. */
    private static final String[] OWN = {
        "dev.orcinus.bindings.foreign.UpcallTable", // native code of this process calls Java
        "dev.orcinus.platform.posix.PosixGuestProcess", // the guest is this process
        "dev.orcinus.platform.spi.guest.Upcall", // the same
        "dev.orcinus.platform.linux.guestprocess.ChildProgram", // ends this process as the program
        "dev.orcinus.platform.linux.guestprocess.start.ProcessWatcher", // a bug, for any guest
        "dev.orcinus.platform.linux.guestprocess.threads.ExportedFunctions", // unless told whom
    };

    @Test
    void onlyTheCommandAndAFewWriteToTheStandardStreams() {
        var writers =
                noClasses()
                        .that()
                        .resideOutsideOfPackages("dev.orcinus.cli..", "dev.orcinus.fakes..");
        for (String own : OWN) {
            writers = writers.and().doNotHaveFullyQualifiedName(own);
        }
        writers.should()
                .accessField(System.class, "err")
                .orShould()
                .accessField(System.class, "out")
                .orShould()
                .callMethodWhere(
                        target(owner(assignableTo(Throwable.class)))
                                .and(target(name("printStackTrace")))
                                .and(target(rawParameterTypes(new Class<?>[0]))))
                .check(CLASSES);
    }
}
