/** A target that runs nothing, for looking at what linking does. */
package dev.orcinus.loader.targets.rehearsal;
