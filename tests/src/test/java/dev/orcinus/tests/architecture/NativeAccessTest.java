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

/** Checks that only {@code jextract-bindings} uses raw native access. */
final class NativeAccessTest {
    private static final String BINDINGS = "dev.orcinus.bindings..";
    private static final String PUBLIC_API = "dev.orcinus.jit";

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
                .belongToAnyOf(Linker.class)
                .check(classes);
    }

    /**
     * A dylib of the public API is a {@link SymbolLookup}, and accepts others; it does not create
     * any.
     */
    @Test
    void onlyThePublicApiKnowsSymbolLookups() {
        noClasses()
                .that()
                .resideOutsideOfPackages(BINDINGS, PUBLIC_API)
                .should()
                .dependOnClassesThat()
                .belongToAnyOf(SymbolLookup.class)
                .check(classes);
        noClasses()
                .that()
                .resideOutsideOfPackage(BINDINGS)
                .should()
                .accessTargetWhere(
                        describe("SymbolLookup.xxxLookup", NativeAccessTest::makesLookups))
                .check(classes);
    }

    private static boolean makesLookups(JavaAccess<?> access) {
        return access.getTarget().getName().endsWith("Lookup")
                && access.getTargetOwner().getName().equals(SymbolLookup.class.getName());
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
