/** What happens to files that are wrong: an error that says so, and nothing else. */
package dev.orcinus.loader.badinput;
