package dev.orcinus.loader.link;

import dev.orcinus.loader.graph.Linkage;
import dev.orcinus.loader.graph.Section;
import dev.orcinus.loader.graph.Symbol;
import java.util.HashSet;
import java.util.Set;

/**
 * What linked objects have from the process that they run in.
 *
 * @param names of the functions and variables that they refer to, and that no object defines
 * @param hasThreadLocals whether one of them has thread-local variables
 */
public record OutsideUse(Set<String> names, boolean hasThreadLocals) {
    /** Copies the names. */
    public OutsideUse {
        names = Set.copyOf(names);
    }

    /** Returns what the linked objects of a dylib use. */
    static OutsideUse of(Dylib dylib) {
        Set<String> names = new HashSet<>();
        boolean hasThreadLocals = false;
        for (Unit unit : dylib.units()) {
            if (unit.state() == Unit.State.LINKED) {
                for (Symbol external : unit.graph().externals()) {
                    String name = dylib.rules().nameOf(unit, external);
                    boolean isRequired = external.linkage() == Linkage.STRONG;
                    if (isRequired && !isOfObject(dylib, name)) {
                        names.add(unit.graph().format().unversioned(name));
                    }
                }
                for (Section section : unit.graph().sections(Section.Use.THREAD_LOCALS)) {
                    hasThreadLocals |= !section.blocks().isEmpty();
                }
            }
        }
        return new OutsideUse(names, hasThreadLocals);
    }

    private static boolean isOfObject(Dylib dylib, String name) {
        return dylib.resolveAdded(name).filter(d -> !d.isOutside()).isPresent();
    }
}
