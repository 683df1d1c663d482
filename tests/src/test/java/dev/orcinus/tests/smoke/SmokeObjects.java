package dev.orcinus.tests.smoke;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.orcinus.platform.Triple;
import dev.orcinus.platform.spi.host.HostProvider;
import dev.orcinus.tests.llvm.Fixtures;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The objects of {@code tests/fixtures/smoke}, for each platform.
 *
 * @param platform the end of their names
 * @param processor the processor of the triple
 * @param systems the parts of triples that name systems on which they run
 */
record SmokeObjects(String platform, String processor, List<String> systems) {
    /** A line per platform. The first one that fits a machine is that of its own format. */
    private static final List<SmokeObjects> ALL =
            List.of(
                    new SmokeObjects("x86_64-linux", "x86_64", List.of("linux")),
                    new SmokeObjects("aarch64-linux", "aarch64", List.of("linux")),
                    new SmokeObjects("x86_64-macos", "x86_64", List.of("apple", "linux")),
                    new SmokeObjects("arm64-macos", "aarch64", List.of("apple")));

    /** Returns the objects that this machine runs. */
    static Stream<SmokeObjects> here() {
        Triple triple = HostProvider.current().guestInThisProcess().triple();
        return ALL.stream().filter(objects -> objects.runOn(triple));
    }

    /** Returns the objects of this machine's own format; skips the test if there are none. */
    static SmokeObjects own() {
        Optional<SmokeObjects> own = here().findFirst();
        assumeTrue(own.isPresent(), "tests/fixtures/smoke has no objects for this machine");
        return own.orElseThrow();
    }

    private boolean runOn(Triple triple) {
        return triple.arch().equals(processor)
                && systems.stream().anyMatch(triple.text()::contains);
    }

    /** Returns an object. */
    Path object(String name) {
        return Fixtures.FOLDER.resolve("smoke").resolve(name + "-" + platform + ".o");
    }

    @Override
    public String toString() {
        return platform;
    }
}
