/**
 * The common part of the runtimes of all object formats: the archive of thunks that controllers
 * link in place of {@code liborc_rt}, the two native functions that the thunks call, the calls to
 * the controller, and the functions that LLVM's runtimes have in common. Each format has a package
 * of its own that implements {@link dev.orcinus.executor.orcrt.core.OrcRuntime}.
 */
package dev.orcinus.executor.orcrt.core;
