package dev.orcinus.platform.spi.guest;

/** How a program is entered. */
public enum EntryConvention {
    /** By a call of {@code int main(int argc, char **argv, char **envp)}, whose result ends it. */
    MAIN,
    /**
     * As the kernel enters a program (System V ABI, "Process Initialization"): the stack pointer is
     * at {@code argc}, behind which lie {@code argv}, the environment and the auxiliary vector; no
     * register has a value, and there is nobody to return to.
     */
    KERNEL
}
