/** This JVM's own process as a target. The public API calls it. */
package dev.orcinus.loader.targets.local;
