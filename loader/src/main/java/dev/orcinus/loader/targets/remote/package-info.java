/**
 * An executor in another process as a target: the controller's role of SimpleRemoteEPC, for Orcinus
 * and for LLVM's own executors of 19 to 23. The public API and {@code link} call it through {@code
 * LinkTarget}.
 */
package dev.orcinus.loader.targets.remote;
