package dev.orcinus.platform.macos;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.orcinus.platform.spi.guest.InProcessGuest;
import dev.orcinus.platform.spi.host.HostProvider;
import java.io.IOException;
import java.lang.module.ModuleReader;
import java.lang.module.ModuleReference;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests what can be tested of the classes of this module on any operating system. */
final class MacosClassesTest {
    @ParameterizedTest
    @ValueSource(strings = {"dev.orcinus.platform.macos", "dev.orcinus.bindings"})
    void everyClassIsLoadedAndInitialized(String module) throws Exception {
        List<String> classes = classes(module);
        assertTrue(classes.size() > 15, classes::toString);
        for (String name : classes) {
            if (!name.startsWith("dev.orcinus.bindings.linux.")) {
                Class<?> loaded = Class.forName(name, true, getClass().getClassLoader());
                assertEquals(name, loaded.getName());
            }
        }
    }

    private static List<String> classes(String module) throws IOException {
        ModuleReference reference =
                ModuleLayer.boot().configuration().findModule(module).orElseThrow().reference();
        try (ModuleReader reader = reference.open();
                Stream<String> files = reader.list()) {
            return files.filter(f -> f.endsWith(".class") && !f.endsWith("-info.class"))
                    .map(f -> f.substring(0, f.length() - ".class".length()).replace('/', '.'))
                    .toList();
        }
    }

    @Test
    void theModuleAndTheClassPathProvideTheHost() throws IOException {
        assertEquals(
                Set.of(MacosHostProvider.class.getName()),
                MacosHostProvider.class.getModule().getDescriptor().provides().stream()
                        .flatMap(p -> p.providers().stream())
                        .collect(Collectors.toSet()));
        Path listed = Path.of("src/main/resources/META-INF/services", HostProvider.class.getName());
        assertEquals(MacosHostProvider.class.getName(), Files.readString(listed).strip());
    }

    @Test
    void theProviderSupportsBothProcessorsOfMacsAndNoOtherSystem() {
        MacosHostProvider provider = new MacosHostProvider();
        assertTrue(provider.supports("Mac OS X", "aarch64"));
        assertTrue(provider.supports("Mac OS X", "x86_64"));
        assertFalse(provider.supports("Mac OS X", "ppc64"));
        assertFalse(provider.supports("Linux", "aarch64"));
    }

    @ParameterizedTest
    @CsvSource({"X86_64,x86_64-apple-macosx13.0.0", "ARM64,arm64-apple-macosx13.0.0"})
    void aGuestIsMadeWithoutACallOfTheSystem(MacosProcessor processor, String triple) {
        InProcessGuest guest = new MacosHost(processor).guestInThisProcess();
        assertEquals(triple, guest.triple().text());
    }
}
