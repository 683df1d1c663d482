package dev.orcinus.tests.architecture;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClasses;
import dev.orcinus.platform.spi.guest.GuestInvoker;
import dev.orcinus.platform.spi.guest.GuestMemory;
import dev.orcinus.platform.spi.guest.InProcessCalls;
import dev.orcinus.platform.spi.guest.IsolatedCalls;
import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.Test;

/** Checks which code may use the guest, and in which way. */
final class GuestDoorTest {
    private static final String SPI = "dev.orcinus.platform.spi.guest..";
    private static final String LINUX = "dev.orcinus.platform.linux..";
    private static final String MACOS = "dev.orcinus.platform.macos..";
    private static final String POSIX = "dev.orcinus.platform.posix..";
    private static final JavaClasses CLASSES = OrcinusModules.classes();

    @Test
    void guestCodeIsEnteredByGuestCallsOnly() {
        noClasses()
                .that()
                .resideOutsideOfPackages(SPI, LINUX, MACOS, POSIX)
                .and()
                .doNotHaveFullyQualifiedName("dev.orcinus.runtime.guest.GuestCalls")
                .should()
                .dependOnClassesThat()
                .areAssignableTo(GuestInvoker.class)
                .check(CLASSES);
    }

    @Test
    void onlyThePublicApiCallsWithinTheProcess() {
        noClasses()
                .that()
                .resideOutsideOfPackages(SPI, LINUX, MACOS, POSIX, "dev.orcinus.jit..")
                .should()
                .dependOnClassesThat()
                .areAssignableTo(InProcessCalls.class)
                .check(CLASSES);
    }

    @Test
    void onlyThePublicApiMakesCallsOfAnyShape() {
        noClasses()
                .that()
                .resideOutsideOfPackages(
                        SPI, LINUX, "dev.orcinus.loader.targets.isolated..", "dev.orcinus.jit..")
                .should()
                .dependOnClassesThat()
                .areAssignableTo(IsolatedCalls.class)
                .check(CLASSES);
    }

    /**
     * Checks that code which fills memory also publishes it, and that no other code sees its bytes.
     */
    @Test
    void guestMemoryIsFilledWhereItIsPublished() {
        noClasses()
                .that()
                .resideOutsideOfPackages(
                        SPI,
                        LINUX,
                        MACOS,
                        POSIX,
                        "dev.orcinus.memory..",
                        "dev.orcinus.runtime.observe..")
                .should()
                .callMethodWhere(
                        DescribedPredicate.describe(
                                "GuestMemory.fill",
                                call ->
                                        call.getTarget().getName().equals("fill")
                                                && call.getTargetOwner()
                                                        .isAssignableTo(GuestMemory.class)))
                .check(CLASSES);
    }

    @Test
    void nobodyMakesAddressesOfTheGuestIntoSegments() {
        noClasses()
                .that()
                .resideOutsideOfPackages(
                        LINUX, MACOS, POSIX, "dev.orcinus.bindings..", "dev.orcinus.jit..")
                .should()
                .callMethod(MemorySegment.class, "ofAddress", long.class)
                .check(CLASSES);
    }
}
