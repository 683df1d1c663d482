package dev.orcinus.loader.link;

import dev.orcinus.loader.graph.Linkage;
import dev.orcinus.loader.graph.Scope;
import dev.orcinus.loader.graph.Symbol;
import dev.orcinus.platform.ExecutorAddress;

/**
 * Who defines a name in a dylib.
 *
 * @param unit the object, or null if the address is absolute
 * @param symbol its symbol; null if absolute
 * @param absolute the address, if absolute
 */
record Definition(Unit unit, Symbol symbol, ExecutorAddress absolute) {
    static Definition of(Unit unit, Symbol symbol) {
        return new Definition(unit, symbol, ExecutorAddress.NULL);
    }

    static Definition absolute(ExecutorAddress address) {
        return new Definition(null, null, address);
    }

    boolean isAbsolute() {
        return unit == null;
    }

    Linkage linkage() {
        return isAbsolute() ? Linkage.STRONG : symbol.linkage();
    }

    Scope scope() {
        return isAbsolute() ? Scope.DEFAULT : symbol.scope();
    }

    /** Where it is; final once its object is linked. */
    ExecutorAddress address() {
        return isAbsolute() ? absolute : symbol.address();
    }

    /** Whether it is a thread-local variable of an object. */
    boolean isThreadLocal() {
        return !isAbsolute() && symbol.isThreadLocal();
    }

    /** Whether it may yet give way to a better one. */
    boolean isReplaceable() {
        return !isAbsolute() && unit.state() == Unit.State.ADDED && linkage() != Linkage.STRONG;
    }

    /** Whether {@code other} is to be taken instead, where both are there. */
    boolean losesTo(Symbol other) {
        return isReplaceable() && (other.linkage() == Linkage.STRONG || isSmallerCommonThan(other));
    }

    private boolean isSmallerCommonThan(Symbol other) {
        return other.linkage() == Linkage.COMMON
                && linkage() == Linkage.COMMON
                && other.sizeBytes() > symbol.sizeBytes();
    }

    String owner() {
        return isAbsolute() ? "an absolute definition" : unit.name();
    }
}
