/** Failed calls of the operating system as exceptions. Called by all packages of this module. */
package dev.orcinus.platform.linux.errno;
