/**
 * What names of ELF sections mean at run time: shared by whoever links ELF objects and by the ELF
 * runtime. Knows names and no bytes of object files.
 */
package dev.orcinus.runtime.elf;
