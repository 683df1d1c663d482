/**
 * A guest in another process as a target, which goes on from a checkpoint after its code has ended
 * it. The public API calls it.
 */
package dev.orcinus.loader.targets.isolated;
