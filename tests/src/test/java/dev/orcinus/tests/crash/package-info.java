/** Reports of crashes, made of guests that are in any state. */
package dev.orcinus.tests.crash;
