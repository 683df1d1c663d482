package dev.orcinus.jit;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.util.List;

/**
 * What handles of functions have in common that differ in their addresses only.
 *
 * @param type of the functions
 * @param options of the linker
 */
record CallShape(FunctionDescriptor type, List<Linker.Option> options) {
    // Written out, because the comparison of a record generates classes when it is first used.
    @Override
    public boolean equals(Object other) {
        return other instanceof CallShape shape
                && shape.type.equals(type)
                && shape.options.equals(options);
    }

    @Override
    public int hashCode() {
        return type.hashCode() * 31 + options.hashCode();
    }
}
