package dev.orcinus.runtime.dylib;

import dev.orcinus.platform.AddressRange;
import dev.orcinus.platform.Triple;
import java.util.Optional;
import java.util.ServiceLoader;

/**
 * Service: what an object format means at run time. Chosen by the target of the code, whatever the
 * host is.
 */
public interface ObjectFormatRuntime {
    /** Whether code for a target has this format. */
    boolean supports(Triple target);

    /**
     * What a section is for.
     *
     * @param name as the object file has it
     * @param range where it is in executor memory
     * @return when its functions run; empty if it holds none
     */
    Optional<FunctionSection> classify(String name, AddressRange range);

    /**
     * The runtime of a target's object format.
     *
     * @throws UnsupportedOperationException if no provider on the module path supports it
     */
    static ObjectFormatRuntime of(Triple target) {
        for (ObjectFormatRuntime runtime :
                ServiceLoader.load(
                        ObjectFormatRuntime.class, ObjectFormatRuntime.class.getClassLoader())) {
            if (runtime.supports(target)) {
                return runtime;
            }
        }
        throw new UnsupportedOperationException("no object-format runtime for " + target);
    }
}
