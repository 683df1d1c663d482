/** Failed calls of the operating system as exceptions. All packages of this module call it. */
package dev.orcinus.platform.linux.errno;
