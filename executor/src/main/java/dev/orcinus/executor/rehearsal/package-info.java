/**
 * A controller that has one session with an executor, so that everything that a session needs is
 * loaded and tried. The daemon and the training run of the build use it.
 */
package dev.orcinus.executor.rehearsal;
