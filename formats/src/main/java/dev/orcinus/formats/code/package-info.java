/**
 * Machine code as listings: the only notation in which Orcinus writes code by hand. The platform,
 * the loader and the executor call it, to put such code into memory or into a file.
 */
package dev.orcinus.formats.code;
