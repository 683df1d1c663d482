package dev.orcinus.cli;

/**
 * Where a program is entered.
 *
 * @param name a symbol
 * @param isStart whether the program goes on there as if the kernel had started it, and not by a
 *     call as {@code main} is called
 * @param isDefault whether the user has not said where
 */
record ProgramEntry(String name, boolean isStart, boolean isDefault) {
    /** The start of programs that do not name another one. */
    static final String START = "_start";

    /** The entry of a program if nobody says anything else. */
    static final ProgramEntry MAIN = new ProgramEntry("main", false, true);

    /** Returns the entry that a script names, unless an option has named one. */
    ProgramEntry orOf(String script) throws UsageException {
        return isDefault ? ofLinker(script) : this;
    }

    /** Returns the entry of ld's option {@code -e}. */
    static ProgramEntry ofLinker(String name) throws UsageException {
        if (!name.isEmpty() && Character.isDigit(name.charAt(0))) {
            throw new UsageException("run: -e takes a symbol, not the address '" + name + "'");
        }
        return name.equals(MAIN.name) ? MAIN : new ProgramEntry(name, true, false);
    }

    /** Returns the entry of the option {@code --entry}: a function in the place of main. */
    static ProgramEntry ofFunction(String name) throws UsageException {
        return name.equals(START) ? ofLinker(name) : new ProgramEntry(name, false, false);
    }
}
