package dev.orcinus.tests.jit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleFinder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.jar.JarFile;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.Test;

/**
 * Tests that the artifact {@code orcinus} has all of its parts, and that the BOM has all artifacts.
 */
final class LibraryJarTest {
    private static final Path ROOT = Path.of(System.getProperty("orcinus.root"));

    private static final Set<String> PARTS =
            Set.of(
                    "dev.orcinus.bindings",
                    "dev.orcinus.compile",
                    "dev.orcinus.formats",
                    "dev.orcinus.loader",
                    "dev.orcinus.memory",
                    "dev.orcinus.platform",
                    "dev.orcinus.platform.linux",
                    "dev.orcinus.platform.macos",
                    "dev.orcinus.platform.posix",
                    "dev.orcinus.protocol",
                    "dev.orcinus.runtime",
                    "dev.orcinus.secure");

    /** The parts that Java programs use directly. */
    private static final Set<String> API = Set.of("dev.orcinus.loader", "dev.orcinus.compile");

    private static ModuleDescriptor library() throws IOException {
        return ModuleFinder.of(LibraryJar.path()).find("dev.orcinus").orElseThrow().descriptor();
    }

    private static List<ModuleDescriptor> parts() {
        List<ModuleDescriptor> parts =
                ModuleLayer.boot().modules().stream()
                        .filter(module -> PARTS.contains(module.getName()))
                        .map(Module::getDescriptor)
                        .toList();
        assertEquals(PARTS.size(), parts.size(), parts::toString);
        return parts;
    }

    private static Set<String> publicPackages(ModuleDescriptor module) {
        return module.exports().stream()
                .filter(exported -> !exported.isQualified())
                .map(ModuleDescriptor.Exports::source)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static Map<String, Set<String>> providers(Stream<ModuleDescriptor> modules) {
        Map<String, Set<String>> providers = new TreeMap<>();
        modules.flatMap(module -> module.provides().stream())
                .forEach(
                        provided ->
                                providers
                                        .computeIfAbsent(provided.service(), _ -> new TreeSet<>())
                                        .addAll(provided.providers()));
        return providers;
    }

    @Test
    void itHasThePackagesOfItsParts() throws IOException {
        Set<String> all = new TreeSet<>();
        parts().forEach(part -> all.addAll(part.packages()));
        assertEquals(all, new TreeSet<>(library().packages()));
    }

    @Test
    void itExportsTheApi() throws IOException {
        Set<String> api = new TreeSet<>();
        for (ModuleDescriptor part : parts()) {
            if (API.contains(part.name())) {
                api.addAll(publicPackages(part));
            }
        }
        assertEquals(api, publicPackages(library()));
    }

    @Test
    void itNeedsTheJdkOnly() throws IOException {
        for (ModuleDescriptor.Requires required : library().requires()) {
            assertTrue(required.name().matches("(java|jdk)[.].*"), required::toString);
        }
    }

    @Test
    void itHasTheProvidersOfItsParts() throws IOException {
        Map<String, Set<String>> expected = providers(parts().stream());
        assertEquals(expected, providers(Stream.of(library())));
        try (JarFile jar = new JarFile(LibraryJar.path().toFile())) {
            for (Map.Entry<String, Set<String>> service : expected.entrySet()) {
                assertEquals(service.getValue(), lines(jar, service.getKey()));
            }
        }
    }

    /** A module that only says {@code provides} has no providers on the class path. */
    @Test
    void everyPartHasItsProvidersOnTheClassPath() throws IOException {
        for (String system : List.of("linux", "macos")) {
            Path jar = ForkedJvm.app().resolve("orcinus-platform-" + system + ".jar");
            if (!Files.exists(jar)) {
                continue; // the application has the module of this system only
            }
            Map<String, Set<String>> expected =
                    providers(
                            parts().stream()
                                    .filter(part -> part.name().endsWith("platform." + system)));
            try (JarFile opened = new JarFile(jar.toFile())) {
                for (Map.Entry<String, Set<String>> service : expected.entrySet()) {
                    assertEquals(service.getValue(), lines(opened, service.getKey()));
                }
            }
        }
    }

    private static Set<String> lines(JarFile jar, String service) throws IOException {
        ZipEntry entry = jar.getEntry("META-INF/services/" + service);
        if (entry == null) {
            return Set.of();
        }
        return new String(jar.getInputStream(entry).readAllBytes(), StandardCharsets.UTF_8)
                .lines()
                .collect(Collectors.toCollection(TreeSet::new));
    }

    @Test
    void nothingIsNativeInside() throws IOException {
        try (JarFile jar = new JarFile(LibraryJar.path().toFile())) {
            assertEquals(
                    List.of(),
                    jar.stream()
                            .map(ZipEntry::getName)
                            .filter(
                                    name ->
                                            !name.matches(
                                                    "dev/|dev/.*(/|[.]class|[.]html)|module-info.class|META-INF/.*"))
                            .toList());
        }
    }

    private static String text(Path pom) throws IOException {
        return Files.readString(pom);
    }

    private static List<String> all(String pattern, String text) {
        Matcher found = Pattern.compile(pattern).matcher(text);
        return found.results().map(result -> result.group(1)).toList();
    }

    @Test
    void theBomHasAllArtifacts() throws IOException {
        Set<String> expected = new TreeSet<>();
        for (String module :
                all("(?m)^        <module>(.*)</module>", text(ROOT.resolve("pom.xml")))) {
            String pom = text(ROOT.resolve(module).resolve("pom.xml"));
            if (!pom.contains("<maven.deploy.skip>true") && !module.equals("bom")) {
                expected.add(all("(?m)^    <artifactId>(.*)</artifactId>", pom).getFirst());
            }
        }
        String bom = text(ROOT.resolve("bom/pom.xml"));
        Set<String> listed = new TreeSet<>(all("(?m)^ +<artifactId>(.*)</artifactId>", bom));
        listed.removeIf(name -> !name.startsWith("orcinus") || name.equals("orcinus-bom"));
        assertEquals(expected, listed);
        String version = all("(?m)^    <version>(.*)</version>", bom).getFirst();
        assertEquals(
                List.of(version),
                all("(?m)^    <version>(.*)</version>", text(ROOT.resolve("pom.xml"))));
    }
}
