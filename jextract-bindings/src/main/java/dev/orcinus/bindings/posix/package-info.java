/**
 * The part of the C library that is the same on Linux and macOS: functions with the same
 * prototypes, constants with the same values, offsets that agree. Tests compare it with the headers
 * of both. Whatever differs is in the package of one system. The module {@code platform-posix}
 * calls it, and the platform modules do.
 */
package dev.orcinus.bindings.posix;
