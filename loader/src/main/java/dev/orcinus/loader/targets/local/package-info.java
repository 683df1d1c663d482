/** This JVM's own process as a target. */
package dev.orcinus.loader.targets.local;
