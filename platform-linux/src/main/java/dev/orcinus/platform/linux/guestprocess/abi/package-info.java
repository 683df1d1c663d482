/**
 * The calling conventions of the processors: in which registers and where on the stack the
 * arguments and the result of a C function are. Pure rules; {@code guestprocess.calls} applies
 * them.
 */
package dev.orcinus.platform.linux.guestprocess.abi;
