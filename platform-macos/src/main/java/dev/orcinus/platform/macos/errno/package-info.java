/** Exceptions of failed calls of macOS. The other packages of this module use them. */
package dev.orcinus.platform.macos.errno;
