/** Tests of the executor and the loader on an AArch64 JDK under qemu. */
package dev.orcinus.tests.arm64;
