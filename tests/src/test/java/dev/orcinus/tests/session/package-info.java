/**
 * Sessions with the tests' own controller: what guest code can do in one, and what a peer cannot do
 * to one.
 */
package dev.orcinus.tests.session;
