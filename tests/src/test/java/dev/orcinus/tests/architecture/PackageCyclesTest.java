package dev.orcinus.tests.architecture;

import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import org.junit.jupiter.api.Test;

/** Checks that packages depend on each other in one direction only, across all modules. */
final class PackageCyclesTest {
    @Test
    void noPackageDependsOnOneThatDependsOnIt() {
        slices().matching("dev.orcinus.(**)")
                .should()
                .beFreeOfCycles()
                .check(OrcinusModules.classes());
    }
}
