/**
 * What a guest process may do: files by Landlock, system calls by seccomp, resources by limits of
 * the process. The keeper has it applied to each guest before guest code is loaded.
 */
package dev.orcinus.platform.linux.guestprocess.policy;
