package dev.orcinus.loader.link;

import dev.orcinus.loader.graph.Block;
import dev.orcinus.loader.graph.Linkage;
import dev.orcinus.loader.graph.Scope;
import dev.orcinus.loader.graph.Symbol;
import dev.orcinus.loader.lifetime.Lifetime;
import dev.orcinus.platform.ExecutorAddress;
import java.util.Optional;

/**
 * Who defines a name in a dylib.
 *
 * @param unit the object, or null if the address is absolute
 * @param symbol its symbol; null if absolute
 * @param absolute the address, if absolute
 * @param giver the dylib that gives the address, if absolute; null if it is from outside
 */
record Definition(Unit unit, Symbol symbol, ExecutorAddress absolute, Dylib giver) {
    static Definition of(Unit unit, Symbol symbol) {
        return new Definition(unit, symbol, ExecutorAddress.NULL, null);
    }

    /** An address from outside. */
    static Definition outside(ExecutorAddress address) {
        return new Definition(null, null, address, null);
    }

    /** An address that a dylib gives. */
    static Definition givenBy(Dylib dylib, ExecutorAddress address) {
        return new Definition(null, null, address, dylib);
    }

    /** How long the address may be used; none if that is not known here. */
    Optional<Lifetime> lifetime() {
        if (unit != null) {
            return Optional.of(unit.lifetime());
        }
        return Optional.ofNullable(giver).map(Dylib::lifetime);
    }

    boolean isAbsolute() {
        return unit == null;
    }

    /** Whether its address is known before anything is placed. */
    boolean isFixed() {
        return isAbsolute() || symbol.kind() == Symbol.Kind.ABSOLUTE;
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
    private boolean isReplaceable() {
        return !isAbsolute() && unit.state() == Unit.State.ADDED;
    }

    /**
     * Whether {@code other} is to be taken instead, where both are there: a strong one wins over a
     * common one, a common one over a weak one, a larger common one over a smaller.
     */
    boolean losesTo(Symbol other) {
        return isReplaceable() && isWorseThan(other);
    }

    private boolean isWorseThan(Symbol other) {
        return switch (linkage()) {
            case STRONG -> false;
            case COMMON -> other.linkage() == Linkage.STRONG || isSmallerCommonThan(other);
            case WEAK -> other.linkage() != Linkage.WEAK;
        };
    }

    private boolean isSmallerCommonThan(Symbol other) {
        return linkage() == Linkage.COMMON
                && other.linkage() == Linkage.COMMON
                && other.sizeBytes() > symbol.sizeBytes();
    }

    /**
     * Whether {@code other} cannot be there as well: it is strong, too, or needs more room than
     * what is in place already.
     */
    boolean excludes(Symbol other) {
        boolean cannotYield = other.linkage() == Linkage.STRONG || isSmallerCommonThan(other);
        return cannotYield && !losesTo(other);
    }

    /** Common symbols that become one are as aligned as the most aligned. */
    void shareAlignment(Symbol other) {
        if (linkage() == Linkage.COMMON && other.linkage() == Linkage.COMMON) {
            Block own = symbol.block();
            Block others = other.block();
            own.raiseAlignment(others.alignmentBytes());
            others.raiseAlignment(own.alignmentBytes());
        }
    }

    String owner() {
        return isAbsolute() ? "an absolute definition" : unit.name();
    }
}
