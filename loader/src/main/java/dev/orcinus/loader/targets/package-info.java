/**
 * Where linked code goes: this process, or an executor at the end of a line. The linker lays code
 * out, fills the segments that a target hands it, and asks it to finalize them. Called by {@code
 * link} and by the public API.
 */
package dev.orcinus.loader.targets;
