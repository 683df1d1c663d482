/** A guest of this JVM as a target: its own process, or another one. The public API calls it. */
package dev.orcinus.loader.targets.local;
