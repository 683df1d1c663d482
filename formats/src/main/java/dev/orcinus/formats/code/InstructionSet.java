package dev.orcinus.formats.code;

/** The processors that listings are for. */
public enum InstructionSet {
    /** x86-64. */
    X86_64,
    /** AArch64. */
    AARCH64
}
