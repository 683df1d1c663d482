package dev.orcinus.tests.architecture;

import com.tngtech.archunit.ArchConfiguration;
import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.Location;
import java.lang.module.ModuleDescriptor;
import java.lang.module.ResolvedModule;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The application's modules and their classes, as this JVM has them. */
public final class OrcinusModules {
    private static final String PREFIX = "dev.orcinus.";
    private static final String OURS = PREFIX + "tests";

    private OrcinusModules() {}

    /** Returns the descriptors of the modules. */
    static List<ModuleDescriptor> descriptors() {
        return resolved().stream().map(module -> module.reference().descriptor()).toList();
    }

    private static List<ResolvedModule> resolved() {
        return ModuleLayer.boot().configuration().modules().stream()
                .filter(module -> module.name().startsWith(PREFIX) && !module.name().equals(OURS))
                .toList();
    }

    /**
     * Returns the classes of the modules. Their dependencies are known by name only, which is
     * enough, and quicker than by class file.
     */
    public static JavaClasses classes() {
        ArchConfiguration.get().setResolveMissingDependenciesFromClassPath(false);
        return new ClassFileImporter()
                .importLocations(resolved().stream().map(OrcinusModules::location).toList());
    }

    /** Returns a folder of classes, or a jar, which is read through a {@code jar:} URI. */
    private static Location location(ResolvedModule module) {
        URI location = module.reference().location().orElseThrow();
        boolean folder = Files.isDirectory(Path.of(location));
        return Location.of(folder ? location : URI.create("jar:" + location + "!/"));
    }

    /** Returns whether a class belongs to {@code module}. */
    static DescribedPredicate<JavaClass> in(ModuleDescriptor module) {
        return DescribedPredicate.describe(
                "in " + module.name(), type -> module.packages().contains(type.getPackageName()));
    }
}
