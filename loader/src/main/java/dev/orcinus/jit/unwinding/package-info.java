/**
 * Exceptions between Java and native code. A call of a checked handle goes through an entry, a few
 * instructions with unwind info and a personality of their own ({@code X64Entries}, {@code
 * AArch64Entries}), where exceptions of native code end and become Java's. A callback goes through
 * another one, which raises what Java has thrown as a foreign exception, after Java's frames have
 * returned. {@code CallEntries} gives out the entries, {@code NativeThrows} is their part in Java,
 * {@code EscapedThrows} keeps exceptions until the native frames have been left. Only {@code
 * dev.orcinus.jit} and its packages use it.
 */
package dev.orcinus.jit.unwinding;
