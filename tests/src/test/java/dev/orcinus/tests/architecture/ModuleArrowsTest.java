package dev.orcinus.tests.architecture;

import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.tngtech.archunit.library.Architectures.LayeredArchitecture;
import java.lang.module.ModuleDescriptor;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * Checks the arrows between modules. A new module has a row here and in {@code ARCHITECTURE.md}.
 */
final class ModuleArrowsTest {
    private static final String PLATFORM = "dev.orcinus.platform";
    private static final String BINDINGS = "dev.orcinus.bindings";
    private static final String FORMATS = "dev.orcinus.formats";
    private static final String MEMORY = "dev.orcinus.memory";
    private static final String PROTOCOL = "dev.orcinus.protocol";
    private static final String SECURE = "dev.orcinus.secure";
    private static final String RUNTIME = "dev.orcinus.runtime";
    private static final String LOADER = "dev.orcinus.loader";
    private static final String COMPILE = "dev.orcinus.compile";
    private static final String POSIX = "dev.orcinus.platform.posix";
    private static final String LINUX = "dev.orcinus.platform.linux";
    private static final String MACOS = "dev.orcinus.platform.macos";
    private static final String EXECUTOR = "dev.orcinus.executor";
    private static final String DAEMON = "dev.orcinus.daemon";
    private static final String CLI = "dev.orcinus.cli";

    /** The modules that a module may depend on; all may depend on the platform API. */
    private static final Map<String, Set<String>> ARROWS =
            Map.ofEntries(
                    Map.entry(PLATFORM, Set.of()),
                    Map.entry(BINDINGS, Set.of()),
                    Map.entry(FORMATS, Set.of()),
                    Map.entry(MEMORY, Set.of(PLATFORM)),
                    Map.entry(SECURE, Set.of()),
                    Map.entry(PROTOCOL, Set.of(PLATFORM)),
                    Map.entry(RUNTIME, Set.of(PLATFORM, PROTOCOL, MEMORY, FORMATS)),
                    Map.entry(LOADER, Set.of(PLATFORM, PROTOCOL, SECURE, MEMORY, RUNTIME, FORMATS)),
                    Map.entry(COMPILE, Set.of(PLATFORM, LOADER)),
                    Map.entry(POSIX, Set.of(PLATFORM, BINDINGS, FORMATS)),
                    Map.entry(LINUX, Set.of(PLATFORM, POSIX, BINDINGS, FORMATS)),
                    Map.entry(MACOS, Set.of(PLATFORM, POSIX, BINDINGS, FORMATS)),
                    Map.entry(EXECUTOR, Set.of(PLATFORM, MEMORY, PROTOCOL, RUNTIME, FORMATS)),
                    Map.entry(DAEMON, Set.of(PLATFORM, MEMORY, PROTOCOL, SECURE, EXECUTOR)),
                    Map.entry(
                            CLI,
                            Set.of(
                                    PLATFORM, MEMORY, PROTOCOL, SECURE, RUNTIME, LOADER, EXECUTOR,
                                    DAEMON)));

    /** The only module that may use libraries of others. */
    private static final Map<String, Set<String>> LIBRARIES =
            Map.of(DAEMON, Set.of("org.jnrproject.posix", "org.jnrproject.constants"));

    @Test
    void everyModuleHasItsRow() {
        Set<String> names =
                OrcinusModules.descriptors().stream()
                        .map(ModuleDescriptor::name)
                        .collect(Collectors.toSet());
        assertEquals(new TreeSet<>(ARROWS.keySet()), new TreeSet<>(names));
    }

    @Test
    void classesFollowTheArrows() {
        LayeredArchitecture architecture =
                layeredArchitecture().consideringOnlyDependenciesInLayers();
        for (ModuleDescriptor module : OrcinusModules.descriptors()) {
            architecture = architecture.layer(module.name()).definedBy(OrcinusModules.in(module));
        }
        for (Map.Entry<String, Set<String>> arrows : ARROWS.entrySet()) {
            var layer = architecture.whereLayer(arrows.getKey());
            String[] allowed = arrows.getValue().toArray(String[]::new);
            architecture =
                    allowed.length == 0
                            ? layer.mayNotAccessAnyLayer()
                            : layer.mayOnlyAccessLayers(allowed);
        }
        architecture.check(OrcinusModules.classes());
    }

    @Test
    void descriptorsFollowTheArrows() {
        for (ModuleDescriptor module : OrcinusModules.descriptors()) {
            Set<String> wrong = new TreeSet<>();
            for (ModuleDescriptor.Requires required : module.requires()) {
                wrong.add(required.name());
            }
            wrong.removeIf(name -> name.startsWith("java.") || name.startsWith("jdk."));
            wrong.removeAll(ARROWS.getOrDefault(module.name(), Set.of()));
            wrong.removeAll(LIBRARIES.getOrDefault(module.name(), Set.of()));
            assertEquals(Set.of(), wrong, () -> "what " + module.name() + " requires");
        }
    }
}
