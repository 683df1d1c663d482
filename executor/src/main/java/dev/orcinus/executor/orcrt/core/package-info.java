/**
 * What a runtime of any object format needs: an archive of thunks that controllers link in place of
 * {@code liborc_rt}, the two native functions that the thunks call, the controller that is asked
 * over the line, and the functions that LLVM's runtimes have in common. What differs is an {@link
 * dev.orcinus.executor.orcrt.core.OrcRuntime}, for which each format has a package of its own.
 */
package dev.orcinus.executor.orcrt.core;
