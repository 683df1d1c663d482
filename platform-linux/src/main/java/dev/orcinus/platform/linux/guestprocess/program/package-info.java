/**
 * The native program of a guest process: its machine code, and the ELF file that holds it. {@code
 * start} writes the file and starts it; {@code threads} knows the places in the code that calls go
 * to.
 */
package dev.orcinus.platform.linux.guestprocess.program;
