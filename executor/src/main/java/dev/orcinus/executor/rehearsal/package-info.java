/**
 * A controller that goes through one session with an executor, so that everything that a session
 * needs is loaded and tried. Called by the daemon's workers and by the training run of the build.
 */
package dev.orcinus.executor.rehearsal;
