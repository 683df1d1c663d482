/**
 * The target that an executor presents to controllers: its own, or Apple's on another system. The
 * sessions and services ask it; they know no object format.
 */
package dev.orcinus.executor.target;
