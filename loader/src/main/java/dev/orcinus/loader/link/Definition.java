package dev.orcinus.loader.link;

import dev.orcinus.loader.graph.Binding;
import dev.orcinus.loader.graph.Block;
import dev.orcinus.loader.graph.LinkGraph;
import dev.orcinus.loader.graph.Linkage;
import dev.orcinus.loader.graph.Scope;
import dev.orcinus.loader.graph.Section;
import dev.orcinus.loader.graph.Symbol;
import dev.orcinus.loader.lifetime.Lifetime;
import dev.orcinus.platform.ExecutorAddress;
import java.util.Optional;

/**
 * The definition of a name in a dylib.
 *
 * @param unit the object, or null if the address is absolute
 * @param symbol the symbol in the object, or null if the address is absolute
 * @param absolute the address, if it is absolute
 * @param giver the dylib that defines the address, if it is absolute; null if it is from outside
 * @param late the symbol of a library that gives the address once it is open; null if there is none
 */
record Definition(Unit unit, Symbol symbol, ExecutorAddress absolute, Dylib giver, LateSymbol late)
        implements Binding {
    /** A symbol of a library that may not be open yet. */
    record LateSymbol(LateLibrary library, String name) {}

    static Definition of(Unit unit, Symbol symbol) {
        return new Definition(unit, symbol, ExecutorAddress.NULL, null, null);
    }

    /** Returns a definition whose address is known when a library is open. */
    static Definition late(LateLibrary library, String name) {
        LateSymbol late = new LateSymbol(library, name);
        return new Definition(null, null, ExecutorAddress.NULL, null, late);
    }

    /** Returns a definition of an address from outside. */
    static Definition outside(ExecutorAddress address) {
        return new Definition(null, null, address, null, null);
    }

    /** Returns the absolute definition of a dylib. */
    static Definition givenBy(Dylib dylib, ExecutorAddress address) {
        return new Definition(null, null, address, dylib, null);
    }

    /** Returns how long the address may be used; empty if it is from outside. */
    Optional<Lifetime> lifetime() {
        if (unit != null) {
            return Optional.of(unit.lifetime());
        }
        return Optional.ofNullable(giver).map(Dylib::lifetime);
    }

    boolean isAbsolute() {
        return unit == null;
    }

    /** Returns whether it is from outside. */
    boolean isOutside() {
        return isAbsolute() && giver == null;
    }

    /** Returns whether its address is known before anything is placed. */
    boolean isFixed() {
        return isAbsolute() || symbol.kind() == Symbol.Kind.ABSOLUTE;
    }

    Linkage linkage() {
        return isAbsolute() ? Linkage.STRONG : symbol.linkage();
    }

    Scope scope() {
        return isAbsolute() ? Scope.DEFAULT : symbol.scope();
    }

    /** Returns its address, which is final once its object is linked. */
    ExecutorAddress address() {
        if (late != null) {
            return late.library.address(late.name);
        }
        return isAbsolute() ? absolute : symbol.address();
    }

    /** Returns whether its address is known only when everything is placed. */
    boolean isLate() {
        return late != null && !late.library.isOpen();
    }

    /** Opens the library that has it, if it is not open. */
    void openNow() {
        if (isLate()) {
            late.library.openNow();
        }
    }

    /** Returns whether libraries may refer to it. */
    boolean isExported() {
        return !isAbsolute() && symbol.scope() == Scope.DEFAULT && !symbol.isThreadLocal();
    }

    /** Returns whether libraries use it in the place of their own. */
    boolean isPreferred() {
        return isExported() && symbol.linkage() == Linkage.STRONG;
    }

    /** Returns whether it is code. */
    boolean isCode() {
        return symbol.isDefined() && symbol.block().section().use() == Section.Use.CODE;
    }

    /** Returns whether it is a thread-local variable of an object. */
    boolean isThreadLocal() {
        return !isAbsolute() && symbol.isThreadLocal();
    }

    /** Returns whether a better definition can still replace it. */
    private boolean isReplaceable() {
        return !isAbsolute() && unit.state() == Unit.State.ADDED;
    }

    /**
     * Returns whether {@code other} replaces it. A strong definition replaces a common one, a
     * common one replaces a weak one, and a larger common one replaces a smaller one.
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
     * Returns whether {@code other} is a second definition that cannot be: it is strong, or it is
     * common and larger, and it cannot replace this one. As for ld, two definitions of one place or
     * one absolute value are one definition.
     */
    boolean contradicts(Symbol other) {
        boolean cannotYield = other.linkage() == Linkage.STRONG || isSmallerCommonThan(other);
        return cannotYield && !losesTo(other) && !isSamePlace(other);
    }

    private boolean isSamePlace(Symbol other) {
        return !isAbsolute()
                && symbol.kind() == other.kind()
                && symbol.addressValue() == other.addressValue()
                && (!symbol.isDefined() || symbol.block() == other.block());
    }

    /** Returns whether its object also defines a version of it, at the same place. */
    boolean hasVersion() {
        if (!isAbsolute()) {
            LinkGraph graph = unit.graph();
            for (Symbol other : graph.symbols()) {
                if (other != symbol
                        && isSamePlace(other)
                        && graph.format().unversioned(other.name()).equals(symbol.name())) {
                    return true;
                }
            }
        }
        return false;
    }

    /** Raises the alignment of two common symbols to the larger of the two. */
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
