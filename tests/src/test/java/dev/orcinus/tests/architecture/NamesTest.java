package dev.orcinus.tests.architecture;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.tngtech.archunit.core.domain.JavaClass;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** One name stands for one thing: a reader who meets it need not ask which of two is meant. */
final class NamesTest {
    @Test
    void noTwoClassesHaveTheSameName() {
        Map<String, TreeSet<String>> packages = new TreeMap<>();
        for (JavaClass type : OrcinusModules.classes()) {
            if (type.isTopLevelClass() && !type.getSimpleName().endsWith("-info")) {
                packages.computeIfAbsent(type.getSimpleName(), _ -> new TreeSet<>())
                        .add(type.getPackageName());
            }
        }
        packages.values().removeIf(places -> places.size() == 1);
        assertEquals(Map.of(), packages);
    }
}
