/**
 * What compilers have installed on this machine, found without running them. Dylibs and the command
 * line use it.
 */
package dev.orcinus.loader.installed;
