package dev.orcinus.tests.architecture;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.tngtech.archunit.core.domain.JavaClass;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/**
 * Checks that no two classes have the same name, so that a name means one thing. Annotations of
 * bound interfaces have the names that users of JNA and JNR expect.
 */
final class NamesTest {
    @Test
    void noTwoClassesHaveTheSameName() {
        Map<String, TreeSet<String>> packages = new TreeMap<>();
        for (JavaClass type : OrcinusModules.classes()) {
            if (!type.isAnnotation()
                    && type.isTopLevelClass()
                    && !type.getSimpleName().endsWith("-info")) {
                packages.computeIfAbsent(type.getSimpleName(), _ -> new TreeSet<>())
                        .add(type.getPackageName());
            }
        }
        packages.values().removeIf(places -> places.size() == 1);
        assertEquals(Map.of(), packages);
    }
}
