/**
 * A process at the end of a line as a target: the controller's role of SimpleRemoteEPC, for Orcinus
 * and for LLVM's own executors of 19 to 23. Called by the public API, through {@code LinkTarget}.
 */
package dev.orcinus.loader.targets.remote;
