/** A target that runs no code, for {@code orcinus inspect} and for tests of the linker. */
package dev.orcinus.loader.targets.rehearsal;
