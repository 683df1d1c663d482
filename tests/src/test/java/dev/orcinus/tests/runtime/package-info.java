/** JIT dylibs with real guest code in this process, for each object format. */
package dev.orcinus.tests.runtime;
