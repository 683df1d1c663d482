/**
 * A SimpleRemoteEPC controller: what LLVM is to an executor, with nothing between the test and the
 * wire. {@link dev.orcinus.tests.controller.Controller} is the line, {@link
 * dev.orcinus.tests.controller.Services} the executor's services, {@link
 * dev.orcinus.tests.controller.GuestCode} some guest functions.
 */
package dev.orcinus.tests.controller;
