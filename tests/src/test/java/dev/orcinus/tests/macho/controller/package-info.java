/**
 * Tests of Mach-O code on Linux: real LLVM controllers link it for an executor that presents itself
 * as a Mac.
 */
package dev.orcinus.tests.macho.controller;
