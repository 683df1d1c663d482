/** Tests of the daemon in the background, with real processes and folders of their own. */
package dev.orcinus.tests.background;
