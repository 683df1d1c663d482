/** Tests of the loader with real executors. */
package dev.orcinus.tests.loader;
