/** Tests of Mach-O objects that run on Linux: what they need of the loader besides linking. */
package dev.orcinus.tests.macho;
