/** The loader against real executors. */
package dev.orcinus.tests.loader;
