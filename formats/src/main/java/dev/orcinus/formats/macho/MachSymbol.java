package dev.orcinus.formats.macho;

/**
 * A symbol ({@code nlist_64}).
 *
 * @param index its place in the table
 * @param name what {@code n_strx} names
 * @param type {@code n_type}
 * @param section {@code n_sect}, 0 if it is in none
 * @param description {@code n_desc}
 * @param value {@code n_value}
 */
public record MachSymbol(
        int index, String name, int type, int section, int description, long value) {
    /** {@code sizeof(nlist_64)}. */
    static final int BYTES = 16;

    /** Returns where it is defined: {@code N_UNDF} and its like. */
    public int place() {
        return type & MachO.N_TYPE;
    }

    /** Returns whether other objects may refer to it. */
    public boolean isExternal() {
        return (type & MachO.N_EXT) != 0;
    }

    /** Returns whether it is for debuggers only. */
    public boolean isForDebuggers() {
        return (type & MachO.N_STAB) != 0;
    }

    /** Returns whether only the objects of its own dylib may refer to it. */
    public boolean isPrivate() {
        return (type & MachO.N_PEXT) != 0;
    }

    /** Returns whether it is undefined with a size: a tentative definition of C. */
    public boolean isCommon() {
        return place() == MachO.N_UNDF && isExternal() && value != 0;
    }

    /** Returns whether another object must define it. */
    public boolean isUndefined() {
        return (place() == MachO.N_UNDF || place() == MachO.N_PBUD) && !isCommon();
    }

    /** Returns whether the description has a flag. */
    public boolean has(int flag) {
        return (description & flag) != 0;
    }
}
