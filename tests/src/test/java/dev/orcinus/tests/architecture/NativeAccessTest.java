package dev.orcinus.tests.architecture;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noMethods;

import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Raw native access is the business of {@code jextract-bindings} alone. */
final class NativeAccessTest {
    private static final String BINDINGS = "dev.orcinus.bindings..";

    private static JavaClasses classes;

    @BeforeAll
    static void read() {
        classes = OrcinusModules.classes();
    }

    @Test
    void onlyBindingsLinkNativeCode() {
        noClasses()
                .that()
                .resideOutsideOfPackage(BINDINGS)
                .should()
                .dependOnClassesThat()
                .belongToAnyOf(Linker.class, SymbolLookup.class)
                .check(classes);
    }

    @Test
    void onlyBindingsReinterpretMemory() {
        noClasses()
                .that()
                .resideOutsideOfPackage(BINDINGS)
                .should()
                .accessTargetWhere(
                        describe("MemorySegment.reinterpret", NativeAccessTest::reinterprets))
                .check(classes);
    }

    private static boolean reinterprets(JavaAccess<?> access) {
        return access.getTarget().getName().equals("reinterpret")
                && access.getTargetOwner().getName().equals(MemorySegment.class.getName());
    }

    @Test
    void nobodyUsesUnsafeOrJni() {
        noClasses()
                .should()
                .dependOnClassesThat(
                        resideInAPackage("sun.misc..").or(resideInAPackage("jdk.internal..")))
                .check(classes);
        noMethods().should().haveModifier(JavaModifier.NATIVE).check(classes);
    }
}
