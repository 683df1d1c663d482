/** The executor on an AArch64 JDK under qemu, driven by a controller of this machine. */
package dev.orcinus.tests.arm64;
