/**
 * Machine code as listings: the one notation in which Orcinus writes code by hand. Called by the
 * platform, the loader and the executor, which put such code into memory or into a file.
 */
package dev.orcinus.formats.code;
