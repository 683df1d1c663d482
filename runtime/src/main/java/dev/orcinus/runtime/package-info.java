/**
 * Registrations that guest code and controllers make with the process around them, undone at the
 * latest when the memory that they point into goes. Called by the executor's services.
 */
package dev.orcinus.runtime;
