/** The x86-64 processor (System V ABI, AMD64 supplement, chapter 4.4 "Relocation"). */
package dev.orcinus.loader.arch.x64;
