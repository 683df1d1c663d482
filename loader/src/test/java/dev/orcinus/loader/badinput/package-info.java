/** Tests with malformed files. Each file must cause a clear error and leave nothing behind. */
package dev.orcinus.loader.badinput;
