/** Compares Orcinus with LLVM's executor on this machine. Started by {@code bench/run}. */
module dev.orcinus.bench {}
