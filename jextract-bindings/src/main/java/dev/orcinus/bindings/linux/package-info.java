/**
 * The C library of Linux (glibc; x86-64 and AArch64), one class per header, with only the functions
 * that are called. A parameter of type {@code long} takes a pointer into memory that is known by
 * address, one of type {@code MemorySegment} a pointer to native memory of the caller, who keeps it
 * alive. Constants, sizes and offsets are compared with the C compiler's by a test. The module
 * {@code platform-linux} calls them.
 */
package dev.orcinus.bindings.linux;
