/**
 * The C library of macOS (libSystem; x86-64 and arm64), as far as it differs from that of Linux:
 * one class per header, with only the functions that are called. Constants, sizes, offsets and
 * prototypes are compared with macOS's own headers by a test that needs no Mac, and the functions
 * with libSystem's list of exports. The module {@code platform-macos} calls them.
 */
package dev.orcinus.bindings.macos;
