package dev.orcinus.tests.code;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.domain.JavaModifier;
import dev.orcinus.formats.code.CodeListing;
import dev.orcinus.tests.architecture.OrcinusModules;
import java.lang.reflect.Field;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/** Finds all listings of all modules: the fields of type {@link CodeListing}. */
final class Listings {
    private static final String TYPE = CodeListing.class.getName();

    private static final Map<String, CodeListing> ALL = find();

    private Listings() {}

    /** Returns the listings, by the names of class and field. */
    static Map<String, CodeListing> all() {
        return ALL;
    }

    private static Map<String, CodeListing> find() {
        Map<String, CodeListing> found = new TreeMap<>();
        for (JavaClass type : OrcinusModules.classes()) {
            for (JavaField field : type.getFields()) {
                if (field.getRawType().getName().equals(TYPE)
                        && field.getModifiers().contains(JavaModifier.STATIC)) {
                    String name = type.getName() + "." + field.getName();
                    found.put(name.substring(type.getPackageName().length() + 1), read(field));
                }
            }
        }
        return Collections.unmodifiableMap(found);
    }

    /** Reads a field; tests/pom.xml opens the packages that have listings to this module. */
    private static CodeListing read(JavaField field) {
        try {
            Class<?> owner = Class.forName(field.getOwner().getName());
            Field found = owner.getDeclaredField(field.getName());
            found.setAccessible(true);
            return (CodeListing) found.get(null);
        } catch (ReflectiveOperationException e) {
            throw new LinkageError(field.getFullName(), e);
        }
    }
}
