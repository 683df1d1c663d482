/** Tests of JIT dylibs with real guest code, for each object format. */
package dev.orcinus.tests.runtime;
